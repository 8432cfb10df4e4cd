/** Why a request got no response, in the words of a reader; the code of the system stays for a search. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  const code = codeOf(error)
  const [words] = Object.entries(REASONS).flatMap(([reason, codes]) => (codes.test(code) ? [reason] : []))
  // One line, whatever a library writes.
  return words === undefined ? error.message.trim().replaceAll(/\s+/g, ' ') : `${words} (${code})`
}

/** A certificate that cannot be checked is a setting of this machine; every other code of TLS is an incompatibility. */
const REASONS: Readonly<Record<string, RegExp>> = {
  'nothing listens at this address': /^ECONNREFUSED$/,
  'the host name is unknown': /^(ENOTFOUND|EAI_)/,
  'the host cannot be reached': /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|EPERM)$/,
  'no connection in time': /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/,
  'the connection was closed without a response': /^(UND_ERR_SOCKET|ECONNRESET|EPIPE|ECONNABORTED)$/,
  'the response is not HTTP': /^(HPE_|UND_ERR_RESPONSE|UND_ERR_HEADERS_OVERFLOW)/,
  'its certificate is not trusted; NODE_EXTRA_CA_CERTS adds an authority':
    /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_CERT_)/,
  'no TLS connection is possible': /^(EPROTO$|ERR_SSL_|ERR_TLS_)/,
}

/** The code of an error or of its cause; empty without one. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause)
}

/** The bytes of a server are not an HTTP/1.1 response, or exceed a limit. */
export class ProtocolError extends Error {
  readonly code = 'protocol'
}

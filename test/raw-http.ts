import { connect } from 'node:net'

export interface RawRequest {
  readonly method?: string
  /** The request target, exactly as sent. */
  readonly target: string
  /** Lines of the head after the Host header. */
  readonly headers?: readonly string[]
  /** The Host header; null sends none. Default: localhost with the port. */
  readonly host?: string | null
  /** Sent with its length, unless the headers declare a length or chunks. */
  readonly body?: string | Buffer
}

export interface RawResponse {
  readonly status: number
  /** The values of each header by its lower-case name. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly body: string
  /** Whether the server closed the connection. */
  readonly isClosed: boolean
}

export function toBytes(port: number, { method = 'GET', target, headers = [], host, body }: RawRequest): Buffer {
  const hostLine = host === null ? [] : [`host: ${host ?? `localhost:${port}`}`]
  const isFramed = headers.some((line) => /^(content-length|transfer-encoding)\s*:/i.test(line))
  const length = body === undefined || isFramed ? [] : [`content-length: ${Buffer.byteLength(body)}`]
  const head = [`${method} ${target} HTTP/1.1`, ...hostLine, ...headers, ...length, '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')])
}

/** Sends bytes that no client library would send. @throws without a complete response in time */
export function sendBytes(
  port: number,
  bytes: Buffer,
  { isHead = false, timeoutMs = 30_000 } = {},
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, 'localhost')
    let received = ''
    const timer = setTimeout(() => finish(false), timeoutMs)
    const finish = (isClosed: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      const response = parse(received, isHead)
      if (response === undefined) reject(new Error(`no complete response: ${received.slice(0, 200)}`))
      else resolve({ ...response, isClosed })
    }
    socket.setEncoding('latin1').on('data', (text) => {
      received += text
      const response = parse(received, isHead)
      if (response !== undefined && !response.headers.connection?.includes('close')) finish(false)
    })
    // A server that refuses a request may reset the connection while the request is still being sent.
    socket.on('error', () => undefined).on('close', () => finish(true))
    socket.write(bytes)
  })
}

export function send(port: number, request: RawRequest): Promise<RawResponse> {
  return sendBytes(port, toBytes(port, request), { isHead: request.method === 'HEAD' })
}

function parse(text: string, isHead: boolean): Omit<RawResponse, 'isClosed'> | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  if (status === 100) return parse(text.slice(end + 4), isHead)
  const headers: Record<string, string[]> = {}
  for (const line of lines) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).toLowerCase()
    headers[name] = [...(headers[name] ?? []), line.slice(at + 1).trim()]
  }
  const hasBody = !isHead && status !== 204 && status !== 304
  const length = hasBody ? Number(headers['content-length'] ?? 0) : 0
  if (text.length - end - 4 < length) return undefined
  // A second response may follow, when the request was more than one.
  const body = Buffer.from(text.slice(end + 4, end + 4 + length), 'latin1').toString()
  return { status, headers, body }
}

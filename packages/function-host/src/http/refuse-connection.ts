import type { Socket } from 'node:net'

/** Responds to invalid HTTP, a slow request or a head that is too large, which never reach a function. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const { status, body } = refusalOf(error.code)
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`
  socket.end(`${head}\r\n\r\n${body}`)
}

function refusalOf(code: string | undefined): { status: string; body: string } {
  const toBody = (message: string) => JSON.stringify({ message })
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: '408 Request Timeout', body: toBody('Request Timeout') }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { status: '431 Request Header Fields Too Large', body: toBody('Request Header Fields Too Large') }
  }
  return { status: '400 Bad Request', body: toBody('Bad Request') }
}

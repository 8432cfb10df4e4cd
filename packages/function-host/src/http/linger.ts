import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** The time in which a client can read the response to a request that it is still sending. */
const LINGER_MS = 5_000

/**
 * Delays the end of a connection whose request was refused before it had arrived. Node destroys the connection after
 * the response. The system would then reset it, and the client would lose the response if it is still sending. So the
 * rest of the request is read and discarded for a while.
 */
export function lingerAfter(request: IncomingMessage): void {
  const { socket } = request
  // Node calls it after the last response of a connection.
  socket.destroySoon = () => {
    endGently(socket)
    request.resume()
  }
}

/** Sends the last bytes of a connection, and closes it when the client has done so, or after a while. */
export function endGently(socket: Socket, lastBytes?: Buffer): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
  if (lastBytes === undefined) socket.end()
  else socket.end(lastBytes)
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MappingState } from './event-source-mapping'
import { CUSTOM_KEY } from './settings'

export interface StateEndpoint {
  readonly url: string
  close(): Promise<void>
}

/** The port is another program's. */
export class PortTakenError extends Error {
  readonly code = 'STATE_PORT_TAKEN'

  constructor(port: number, cause: unknown) {
    super(`custom.${CUSTOM_KEY}.httpPort: ${port} is taken by another program`, { cause })
    this.name = 'PortTakenError'
  }
}

/**
 * Tells what the mappings do: `GET /` answers `{ mappings: MappingState[] }`. On this machine only, as it asks nobody
 * who they are. Port 0: any free one.
 *
 * @throws PortTakenError
 */
export async function openStateEndpoint(
  port: number,
  readState: () => readonly MappingState[],
): Promise<StateEndpoint> {
  const server = createServer((request, response) => {
    if (request.url !== '/') return response.writeHead(404).end()
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return response.writeHead(405, { allow: 'GET, HEAD' }).end()
    const body = JSON.stringify({ mappings: readState() })
    return response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(isPortTaken(error) ? new PortTakenError(port, error) : error))
    server.listen({ port, host: '127.0.0.1' }, resolve)
  })
  // A start that fails elsewhere must not be kept from its end by this.
  server.unref()
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}

function isPortTaken(error: Error): boolean {
  return 'code' in error && error.code === 'EADDRINUSE'
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('a server without a port')
  return address.port
}

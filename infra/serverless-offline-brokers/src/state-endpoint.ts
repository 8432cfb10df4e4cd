import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MappingState } from './event-source-mapping'

export interface StateEndpoint {
  readonly url: string
  close(): Promise<void>
}

/**
 * Tells what the mappings do: `GET /` answers `{ mappings: MappingState[] }`. On this machine only, as it asks nobody
 * who they are. Rejects if the port is taken. Port 0: any free one.
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
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1' }, resolve)
  })
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('a server without a port')
  return address.port
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MappingState } from '../event-source-mapping'
import { CUSTOM_KEY } from '../mapping/settings'
import { toPrometheusText } from './state-metrics'

export interface StateEndpoint {
  readonly url: string
  close(): Promise<void>
}

const PAGES = new Map([
  ['/', { contentType: 'application/json', render: toJson }],
  ['/metrics', { contentType: 'text/plain; version=0.0.4; charset=utf-8', render: toPrometheusText }],
])

/** Another program uses the port. */
export class PortTakenError extends Error {
  readonly code = 'STATE_PORT_TAKEN'

  constructor(port: number, cause: unknown) {
    super(`custom.${CUSTOM_KEY}.httpPort: ${port} is in use by another program`, { cause })
    this.name = 'PortTakenError'
  }
}

/**
 * Shows the state of the mappings: `GET /` as `{ mappings: MappingState[] }`, `GET /metrics` for Prometheus. Listens on
 * the loopback address only, because it has no authentication. Port 0: any free port.
 *
 * @throws PortTakenError
 */
export async function openStateEndpoint(
  port: number,
  readState: () => readonly MappingState[],
): Promise<StateEndpoint> {
  const server = createServer((request, response) => {
    const page = PAGES.get(request.url ?? '')
    if (page === undefined) return response.writeHead(404).end()
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return response.writeHead(405, { allow: 'GET, HEAD' }).end()
    const headers = { 'content-type': page.contentType, 'cache-control': 'no-store' }
    return response.writeHead(200, headers).end(page.render(readState()))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(isPortTaken(error) ? new PortTakenError(port, error) : error))
    server.listen({ port, host: '127.0.0.1' }, resolve)
  })
  // The server must not keep the process alive when the start fails elsewhere.
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

function toJson(mappings: readonly MappingState[]): string {
  return JSON.stringify({ mappings })
}

function isPortTaken(error: Error): boolean {
  return 'code' in error && error.code === 'EADDRINUSE'
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port')
  return address.port
}

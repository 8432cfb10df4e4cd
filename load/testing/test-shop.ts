import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TestShop {
  readonly url: string
  /** Also closes open connections. */
  close(): void
}

/** Starts an HTTP server that stands for the shop in tests. */
export async function startTestShop(listener: RequestListener): Promise<TestShop> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

let lastOrder = 0

/** @returns the id of the order */
export function accept(response: ServerResponse): string {
  const id = `order-${++lastOrder}`
  response.writeHead(201, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ id, status: 'confirmed' }))
  return id
}

export function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' })
  response.end(JSON.stringify({ type: `/problems/${code}`, title: 'No', status }))
}

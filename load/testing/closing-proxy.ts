import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * For tests: a proxy that closes each connection when the client sends a second request over it, without a response.
 * Returns its address.
 */
export async function startClosingProxy(shopUrl: string): Promise<{ readonly url: string; close(): void }> {
  const { hostname, port } = new URL(shopUrl)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const shop = connect(Number(port), hostname)
    for (const socket of [client, shop]) sockets.add(socket.on('error', () => undefined))
    let hasResponded = false
    shop.on('data', (bytes) => {
      hasResponded = true
      client.write(bytes)
    })
    client.on('data', (bytes) => {
      if (hasResponded) client.destroy()
      else shop.write(bytes)
    })
    client.on('close', () => shop.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

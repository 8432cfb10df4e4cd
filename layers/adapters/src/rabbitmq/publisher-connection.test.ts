import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PublisherConnection } from './publisher-connection'

/** A server that ends each connection, or accepts it and never responds. Resolves to its URL. */
async function openServer(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return `amqp://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function open(urls: readonly string[]) {
  const connection = new PublisherConnection({ urls, heartbeatSeconds: 30 }, () => 0)
  const opening = connection.open().catch((error) => error)
  onTestFinished(() => connection.close())
  return { connection, opening }
}

describe('the connection of the publishers', () => {
  it('tries the addresses in the order of the list, again and again', async () => {
    const tried: number[] = []
    const urls = await Promise.all(
      [1, 2].map((node) =>
        openServer((socket) => {
          tried.push(node)
          socket.destroy()
        }),
      ),
    )

    open(urls)

    await expect.poll(() => tried.slice(0, 4), { timeout: 10_000 }).toEqual([1, 2, 1, 2])
  })

  it('tries the next address when one accepts the connection and never responds', async () => {
    const tried: string[] = []
    const silent = await openServer(() => void tried.push('silent'))
    const next = await openServer((socket) => {
      tried.push('next')
      socket.destroy()
    })

    open([silent, next])

    await expect.poll(() => tried.slice(0, 2), { timeout: 10_000 }).toEqual(['silent', 'next'])
  })

  it('stops trying when it is closed, and fails those that wait for it', async () => {
    const url = await openServer((socket) => socket.destroy())
    const { connection, opening } = open([url])

    await connection.close()

    expect(await opening).toBeInstanceOf(Error)
  })

  it('shares one search among all that wait for it', async () => {
    const url = await openServer((socket) => socket.destroy())
    const { connection } = open([url])

    const [one, other] = [connection.open(), connection.open()]
    one.catch(() => undefined)

    expect(one).toBe(other)
  })
})

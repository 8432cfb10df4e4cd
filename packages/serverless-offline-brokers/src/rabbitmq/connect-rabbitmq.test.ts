import { once } from 'node:events'
import { type AddressInfo, createServer as createPlainServer } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { RabbitMqMapping } from '../event-source-mapping'
import { aRabbitMqMapping } from '../testing/rabbitmq-builders'
import { createCertificates, type TestCertificates } from '../testing/test-certificates'
import { connectRabbitMq, RABBITMQ_POLLER_DEFAULTS } from './connect-rabbitmq'

let certificates: TestCertificates

beforeAll(() => {
  certificates = createCertificates()
})

/** Connects to a server that ends the connection after the first bytes. Resolves to these bytes, or to the error. */
async function connectTo(tls: RabbitMqMapping['tls']): Promise<string> {
  const { ca, server: own } = certificates
  const server = createServer({ ...own, ca, requestCert: true, rejectUnauthorized: true })
  const received = new Promise<string>((resolve) => {
    server.on('secureConnection', (socket: TLSSocket) => {
      socket.once('data', (bytes) => {
        resolve(`${socket.getPeerCertificate().subject.CN}: ${bytes.toString('latin1').slice(0, 4)}`)
        socket.destroy()
      })
    })
  })
  await once(server.listen(0), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const mapping = aRabbitMqMapping({ urls: [`amqps://guest:guest@localhost:${port}`], tls })
  const failed = connectRabbitMq(mapping, RABBITMQ_POLLER_DEFAULTS).then(
    () => 'connected',
    (error: Error) => error.message,
  )
  return Promise.race([received, failed])
}

describe('a connection with TLS', { timeout: 60_000 }, () => {
  it('accepts a server of the configured authority, and shows the certificate of the client', async () => {
    const { ca, client } = certificates

    expect(await connectTo({ ca, ...client })).toBe('client: AMQP')
  })

  it('refuses a server of an unknown authority', async () => {
    expect(await connectTo({ ...certificates.client })).toMatch(/self-signed|unable to verify/)
  })

  it('is refused by the server without a certificate of the client', async () => {
    expect(await connectTo({ ca: certificates.ca })).toMatch(
      /certificate required|closed abruptly|ECONNRESET|disconnected/i,
    )
  })
})

describe('a connection to one of several nodes', () => {
  it('is tried in the order of the list, and fails with the reason of each node', async () => {
    const tried: number[] = []
    const ports = await Promise.all([1, 2].map((node) => refusingServer(() => tried.push(node))))
    const mapping = aRabbitMqMapping({ urls: ports.map((port) => `amqp://127.0.0.1:${port}`) })

    await expect(connectRabbitMq(mapping, RABBITMQ_POLLER_DEFAULTS)).rejects.toThrow(
      new RegExp(`127.0.0.1:${ports[0]}: .+; 127.0.0.1:${ports[1]}: `),
    )

    expect(tried).toEqual([1, 2])
  })

  it('goes to the next node when one accepts the connection and never responds', async () => {
    const silent = createPlainServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const tried: string[] = []
    const next = await refusingServer(() => tried.push('next'))
    const urls = [`amqp://127.0.0.1:${(silent.address() as AddressInfo).port}`, `amqp://127.0.0.1:${next}`]

    await expect(
      connectRabbitMq(aRabbitMqMapping({ urls }), { ...RABBITMQ_POLLER_DEFAULTS, connectTimeoutMs: 100 }),
    ).rejects.toThrow('ETIMEDOUT')

    expect(tried).toEqual(['next'])
  })
})

/** A server that closes each connection. Resolves to its port. */
async function refusingServer(onConnection: () => void): Promise<number> {
  const server = createPlainServer((socket) => {
    onConnection()
    socket.destroy()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

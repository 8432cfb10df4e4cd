import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
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
  const mapping = aRabbitMqMapping({ url: `amqps://guest:guest@localhost:${port}`, tls })
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

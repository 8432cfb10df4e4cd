import { withinTime } from '@ecommerce/domain'
import { type ChannelModel, connect } from 'amqplib'
import { watchable } from './silence-watch'

export interface RabbitMqAddresses {
  /** The nodes of one cluster, tried in this order. */
  readonly urls: readonly string[]
  /** The time limit for all addresses together. */
  readonly timeoutMs: number
}

export interface ConnectOptions {
  readonly withinMs: number
  /** Default: what the server suggests. */
  readonly heartbeatSeconds?: number | undefined
}

const CLOSE_WITHIN_MS = 1_000

/** Writes small messages without delay, and holds a batch of them. `net.connect` accepts the size of the buffer. */
const SOCKET = { noDelay: true, writableHighWaterMark: 256 * 1024 }

/** Connects to the first address that accepts the connection. Rejects with the reasons of all of them. */
export async function connectToAny({ urls, timeoutMs }: RabbitMqAddresses): Promise<ChannelModel> {
  const failures: { readonly url: string; readonly error: unknown }[] = []
  for (const url of urls) {
    try {
      return await connectTo(url, { withinMs: timeoutMs / urls.length })
    } catch (error) {
      failures.push({ url, error })
    }
  }
  throw toOneError(failures)
}

/**
 * Connects to one address. The time limit includes the TLS and AMQP handshakes: the system accepts connections also for
 * a process that is frozen. Errors of the connection also fail the calls that use it, so they need no listener.
 */
export async function connectTo(url: string, { withinMs, heartbeatSeconds }: ConnectOptions): Promise<ChannelModel> {
  // The timeout of amqplib ends a silent connection. It does not limit the time of one that responds slowly.
  const connecting = connect(withHeartbeat(url, heartbeatSeconds), { ...SOCKET, timeout: withinMs })
  try {
    const connection = await withinTime(connecting, withinMs, () => new Error('connect ETIMEDOUT'))
    connection.on('error', ignore)
    return connection
  } catch (error) {
    connecting.then(closeLate, ignore)
    throw error
  }
}

function withHeartbeat(url: string, heartbeatSeconds: number | undefined): string {
  const parsed = new URL(url)
  if (heartbeatSeconds === undefined || parsed.searchParams.has('heartbeat')) return url
  parsed.searchParams.set('heartbeat', String(heartbeatSeconds))
  return parsed.href
}

async function closeLate(connection: ChannelModel): Promise<void> {
  connection.on('error', ignore)
  await closeConnection(connection)
}

/** Never rejects. A server that does not complete the closing handshake in time is left without it. */
export async function closeConnection(connection: ChannelModel): Promise<void> {
  const late = () => new Error('the server has not closed the connection in time')
  await withinTime(connection.close(), CLOSE_WITHIN_MS, late).catch((error) => watchable(connection).end(error))
}

function toOneError(failures: readonly { readonly url: string; readonly error: unknown }[]): unknown {
  if (failures.length === 1) return failures[0]?.error
  const reasons = failures.map(({ url, error }) => `${new URL(url).host}: ${describe(error)}`)
  return new AggregateError(
    failures.map(({ error }) => error),
    `no RabbitMQ node accepts a connection: ${reasons.join('; ')}`,
  )
}

/** Node leaves the message empty when a host name has several addresses and all refuse. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}

const ignore = () => undefined

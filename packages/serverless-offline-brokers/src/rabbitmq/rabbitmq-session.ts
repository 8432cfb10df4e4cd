import type { Socket } from 'node:net'
import type { Channel, ChannelModel, ConsumeMessage, Message } from 'amqplib'
import { settlesWithin } from '../deadline'
import { createDeferred } from '../deferred'
import type { Session } from '../delivery/create-poller'
import type { RabbitMqMessage } from '../event/rabbitmq-event'
import { connectRabbitMq, type RabbitMqPollerOptions } from './connect-rabbitmq'
import { decodeProperties } from './decode-properties'
import { describeMessages } from './describe-messages'
import { type MessageContext, MessageWorker, type SettlingChannel } from './message-worker'
import { rawProperties, receiveRawProperties } from './raw-properties'

export interface RabbitMqSessionParts extends MessageContext {
  readonly settings: RabbitMqPollerOptions
}

const CHECK_QUEUE_INTERVAL_MS = 1_000
const CLOSE_TIMEOUT_MS = 1_000

export async function openRabbitMqSession(parts: RabbitMqSessionParts): Promise<Session> {
  const session = new RabbitMqSession(parts, await connectRabbitMq(parts.mapping, parts.settings))
  await session.open()
  return session
}

/**
 * One connection with one consumer. The session is lost when the connection, a channel, the consumer or the queue is
 * lost. The broker then delivers the unacknowledged messages again, and the session acknowledges none of them.
 */
class RabbitMqSession implements Session {
  readonly #parts: RabbitMqSessionParts
  readonly #connection: ChannelModel
  readonly #lost = createDeferred<unknown>()
  #isConnected = true
  #consumer: { readonly channel: Channel; readonly worker: MessageWorker; readonly tag: string } | undefined
  #worker: MessageWorker | undefined
  #queueDepth: number | undefined
  #isChecking = false
  #checkTimer: NodeJS.Timeout | undefined

  constructor(parts: RabbitMqSessionParts, connection: ChannelModel) {
    this.#parts = parts
    this.#connection = connection
    receiveRawProperties(connection)
    connection.on('error', (error) => this.#lose(error))
    connection.on('close', (error) => {
      this.#isConnected = false
      this.#lose(error ?? new Error('the connection was closed'))
    })
  }

  get lost(): Promise<unknown> {
    return this.#lost.promise
  }

  /** Starts to consume. When that fails, nothing stays open. */
  async open(): Promise<void> {
    try {
      const monitor = await this.#openMonitor()
      await this.#consume()
      const check = () => this.#checkQueue(monitor).catch((error) => this.#lose(error))
      this.#checkTimer = setInterval(check, CHECK_QUEUE_INTERVAL_MS)
    } catch (error) {
      this.#lose(error)
      await this.#disconnect()
      throw error
    }
  }

  state() {
    return { queueDepth: this.#queueDepth }
  }

  async drain(): Promise<void> {
    if (this.#consumer === undefined) return
    const { channel, worker, tag } = this.#consumer
    await Promise.all([channel.cancel(tag), worker.drain()])
    // The broker answers after it has handled the last acknowledgements. Closing only the connection could overtake
    // them, because it does not use their channel.
    await channel.close()
  }

  async close(): Promise<void> {
    clearInterval(this.#checkTimer)
    this.#worker?.abandon()
    await this.#disconnect()
  }

  /** A separate channel, because checking a queue that does not exist closes the channel. */
  async #openMonitor(): Promise<Channel> {
    const monitor = await this.#inTime(this.#connection.createChannel())
    monitor.on('error', (error) => this.#lose(error))
    await this.#checkQueue(monitor)
    return monitor
  }

  async #consume(): Promise<void> {
    const { mapping } = this.#parts
    const channel = await this.#inTime(this.#connection.createChannel())
    const worker = new MessageWorker(this.#parts, settling(channel), (error) => this.#lose(error))
    this.#worker = worker
    channel.on('error', (error) => this.#lose(error))
    channel.on('close', () => this.#lose(new Error('the channel was closed')))
    await this.#inTime(channel.prefetch(mapping.prefetch))
    const consuming = channel.consume(mapping.queue, (message) => {
      if (message === null) this.#lose(new Error(`the broker has cancelled the consumer of ${mapping.queue}`))
      else worker.accept(this.#decode(message))
    })
    const { consumerTag } = await this.#inTime(consuming)
    this.#consumer = { channel, worker, tag: consumerTag }
  }

  #decode(message: ConsumeMessage): RabbitMqMessage {
    const { mapping, stats } = this.#parts
    const { properties, problem } = decodeProperties(rawProperties(message))
    const decoded = { fields: message.fields, properties, content: message.content }
    if (problem !== undefined) {
      const which = describeMessages(mapping, [decoded])
      stats.reportProblem(`${which} has unreadable properties, which are missing in the event: ${problem}`)
    }
    return decoded
  }

  async #checkQueue(monitor: Channel): Promise<void> {
    if (this.#isChecking) return
    this.#isChecking = true
    const { messageCount } = await this.#inTime(monitor.checkQueue(this.#parts.mapping.queue))
    this.#queueDepth = messageCount
    this.#isChecking = false
  }

  /** The broker never answers for a queue without a leader, as after a crash of the broker. */
  async #inTime<T>(response: Promise<T>): Promise<T> {
    const { mapping, settings } = this.#parts
    if (await settlesWithin(settings.responseTimeoutMs, response)) return response
    throw new Error(`the broker did not answer for ${mapping.queue} within ${settings.responseTimeoutMs} ms`)
  }

  /** The worker is abandoned first: a function that ends right now must not be acknowledged on a closed channel. */
  #lose(reason: unknown): void {
    this.#worker?.abandon()
    this.#lost.resolve(reason)
  }

  async #disconnect(): Promise<void> {
    if (!this.#isConnected) return
    if (await settlesWithin(CLOSE_TIMEOUT_MS, this.#connection.close())) return
    // A frozen broker does not respond to the closing handshake. The types of amqplib do not have the socket.
    const { stream } = this.#connection.connection as unknown as { readonly stream: Socket }
    stream.destroy()
  }
}

/** amqplib settles a message by its delivery tag. */
function settling(channel: Channel): SettlingChannel {
  const toMessage = ({ fields }: RabbitMqMessage) => ({ fields }) as Message
  return {
    ack: (message) => channel.ack(toMessage(message)),
    reject: (message, requeue) => channel.reject(toMessage(message), requeue),
  }
}

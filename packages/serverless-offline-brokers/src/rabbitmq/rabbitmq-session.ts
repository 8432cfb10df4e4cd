import type { Session } from '../delivery/create-poller'
import { settlesWithin } from '../delivery/retry-delay'
import { connectRabbitMq, type RabbitMqPollerOptions } from './connect-rabbitmq'
import { createMessageWorker, type MessageContext, type MessageWorker } from './message-worker'

export interface RabbitMqSessionParts extends MessageContext {
  readonly settings: RabbitMqPollerOptions
}

const CHECK_QUEUE_EVERY_MS = 1_000
const CLOSE_WITHIN_MS = 1_000

/**
 * One connection with one consumer. Whatever ends either of them, or the channel, or the queue, ends the session: its
 * deliveries are the broker's again, and nothing of them is acknowledged later.
 */
export async function openRabbitMqSession({ settings, ...context }: RabbitMqSessionParts): Promise<Session> {
  const { queue, prefetch } = context.mapping
  const connection = await connectRabbitMq(context.mapping, settings)
  let isConnected = true
  let queueDepth: number | undefined
  let worker: MessageWorker | undefined
  let lose: (reason: unknown) => void = () => {}
  const lost = new Promise<unknown>((resolve) => {
    lose = (reason) => {
      // At once: a function that ends in this very moment must not be acknowledged on a closed channel.
      worker?.abandon()
      resolve(reason)
    }
  })
  connection.on('error', lose)
  connection.on('close', (error) => {
    isConnected = false
    lose(error ?? new Error('the connection was closed'))
  })

  async function disconnect(): Promise<void> {
    if (isConnected) await settlesWithin(CLOSE_WITHIN_MS, connection.close())
  }

  /** A queue without a leader, as after a crash of the broker, answers nothing: neither now nor later. */
  async function answered<T>(answer: Promise<T>): Promise<T> {
    if (await settlesWithin(settings.answerTimeoutMs, answer)) return answer
    throw new Error(`the broker does not answer for ${queue} within ${settings.answerTimeoutMs} ms`)
  }

  try {
    // A channel of its own: asking for a queue that does not exist closes the channel.
    const monitor = await answered(connection.createChannel())
    monitor.on('error', lose)
    let isChecking = false
    const checkQueue = async () => {
      if (isChecking) return
      isChecking = true
      queueDepth = (await answered(monitor.checkQueue(queue))).messageCount
      isChecking = false
    }
    await checkQueue()

    const channel = await answered(connection.createChannel())
    const messages = createMessageWorker(context, channel, lose)
    worker = messages
    channel.on('error', lose)
    channel.on('close', () => lose(new Error('the channel was closed')))
    await answered(channel.prefetch(prefetch))
    const consuming = channel.consume(queue, (message) => {
      if (message === null) lose(new Error(`the broker has cancelled the consumer of ${queue}`))
      else messages.take(message)
    })
    const { consumerTag } = await answered(consuming)
    const ticker = setInterval(() => checkQueue().catch(lose), CHECK_QUEUE_EVERY_MS)

    return {
      lost,
      state: () => ({ queueDepth }),
      async drain() {
        await Promise.all([channel.cancel(consumerTag), messages.drain()])
        // Its answer follows the last acknowledgements. The end of the connection may overtake them: it is not in their channel.
        await channel.close()
      },
      async close() {
        clearInterval(ticker)
        messages.abandon()
        await disconnect()
      },
    }
  } catch (error) {
    lose(error)
    await disconnect()
    throw error
  }
}

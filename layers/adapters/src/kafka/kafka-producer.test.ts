import { UnavailableError } from '@ecommerce/domain'
import {
  KafkaJSConnectionError,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  type Producer,
} from 'kafkajs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { KafkaProducer, type KafkaProducerOptions } from './kafka-producer'

const OPTIONS = { brokers: ['one:1', 'two:2', 'three:3'], clientId: 'test', retries: 5, requestTimeoutMs: 2_500 }
const BATCH = [{ topic: 'orders', messages: [{ key: 'ada', value: '{}' }] }]
const never = () => new Promise<never>(() => undefined)

interface Attempt {
  /** The first broker of the list. */
  readonly broker: string | undefined
  isDisconnected: boolean
  /** Reports that a broker has not responded to a request, as kafkajs does. */
  timeOut?: () => void
}

/** A producer whose clients behave as the test says, for each attempt to connect. */
function setUp(
  connect: (attempt: number) => Promise<void>,
  sendBatch: (attempt: number) => Promise<unknown> = async () => [],
) {
  const attempts: Attempt[] = []
  const producer = new KafkaProducer(OPTIONS, ({ brokers }: KafkaProducerOptions) => {
    const attempt: Attempt = { broker: brokers[0], isDisconnected: false }
    const number = attempts.push(attempt)
    const client: Partial<Producer> = {
      connect: () => connect(number),
      // The result is not used.
      sendBatch: () => sendBatch(number) as ReturnType<Producer['sendBatch']>,
      disconnect: async () => {
        attempt.isDisconnected = true
      },
      on: ((_event: string, listener: (event: object) => void) => {
        attempt.timeOut = () => listener({ payload: { apiName: 'Produce', broker: 'one:1' } })
      }) as Producer['on'],
    }
    // The parts of a client that the producer uses.
    return client as Producer
  })
  return { producer, attempts, brokers: () => attempts.map(({ broker }) => broker) }
}

function protocolError(type: string, code: number, retriable: boolean) {
  return new KafkaJSProtocolError(Object.assign(new Error(type), { type, code, retriable }))
}

const ERRORS: readonly Error[] = [
  protocolError('UNKNOWN_TOPIC_OR_PARTITION', 3, true),
  protocolError('LEADER_NOT_AVAILABLE', 5, true),
  protocolError('NOT_LEADER_FOR_PARTITION', 6, true),
  protocolError('MESSAGE_TOO_LARGE', 10, false),
  protocolError('INVALID_TOPIC_EXCEPTION', 17, false),
  protocolError('NOT_ENOUGH_REPLICAS', 19, true),
  protocolError('TOPIC_AUTHORIZATION_FAILED', 29, false),
  protocolError('CLUSTER_AUTHORIZATION_FAILED', 31, false),
  protocolError('OUT_OF_ORDER_SEQUENCE_NUMBER', 45, false),
  protocolError('INVALID_PRODUCER_EPOCH', 47, false),
  protocolError('KAFKA_STORAGE_ERROR', 56, true),
  protocolError('UNKNOWN_PRODUCER_ID', 59, false),
  new KafkaJSNumberOfRetriesExceeded(new Error('Closed connection'), { retryCount: 5, retryTime: 400 }),
  Object.assign(new KafkaJSConnectionError('Closed connection'), { name: 'KafkaJSConnectionClosedError' }),
  new KafkaJSConnectionError('Connection timeout', { broker: 'one:1' }),
  new KafkaJSRequestTimeoutError('Request Produce timed out', {
    broker: 'one:1',
    clientId: 'test',
    correlationId: 1,
    createdAt: 0,
    sentAt: 0,
    pendingDuration: 0,
  }),
  Object.assign(new KafkaJSNonRetriableError('SASL PLAIN failed'), { name: 'KafkaJSSASLAuthenticationError' }),
  new KafkaJSNonRetriableError('The producer is disconnecting'),
  new KafkaJSError('The producer is disconnected'),
  // kafkajs runs into this when it has lost its cluster (tulios/kafkajs#1011).
  new TypeError("Cannot read properties of null (reading 'brokers')"),
]

describe('a Kafka producer', () => {
  it.each(ERRORS)('is unavailable when it cannot connect: %s', async (error) => {
    const { producer, attempts } = setUp(() => Promise.reject(error))

    const sent = producer.send(BATCH, 2_500)

    await expect(sent).rejects.toThrow(UnavailableError)
    await expect(sent).rejects.toHaveProperty('cause', error)
    expect(attempts.every(({ isDisconnected }) => isDisconnected)).toBe(true)
  })

  it.each(ERRORS)('is unavailable when it cannot send, and replaces the client: %s', async (error) => {
    const { producer, attempts } = setUp(
      async () => undefined,
      async (attempt) => {
        if (attempt === 1) throw error
      },
    )

    const sent = producer.send(BATCH, 2_500)

    await expect(sent).rejects.toThrow(UnavailableError)
    await expect(sent).rejects.toHaveProperty('cause', error)
    await producer.send(BATCH, 2_500)
    expect(attempts.map(({ isDisconnected }) => isDisconnected)).toEqual([true, false])
  })

  it('keeps one client while it can send', async () => {
    const { producer, attempts } = setUp(async () => undefined)

    await producer.send(BATCH, 2_500)
    await producer.send(BATCH, 2_500)
    await producer.close()

    expect(attempts).toMatchObject([{ broker: 'one:1', isDisconnected: true }])
  })

  it('connects to the next broker when one refuses', async () => {
    const { producer, brokers } = setUp(async (attempt) => {
      if (attempt < 3) throw new KafkaJSConnectionError('refused', { broker: 'any' })
    })

    await producer.send(BATCH, 2_500)

    expect(brokers()).toEqual(['one:1', 'two:2', 'three:3'])
  })

  it('connects to the next broker when one accepts the connection and never responds', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { producer, brokers } = setUp((attempt) => (attempt === 1 ? never() : Promise.resolve()))

    const sent = producer.send(BATCH, 2_500)
    await vi.advanceTimersByTimeAsync(1_000)
    await sent

    expect(brokers()).toEqual(['one:1', 'two:2'])
  })

  it('gives slow brokers more time after each failed try', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const connectMs = 5_000
    const { producer, attempts } = setUp(() => new Promise((resolve) => setTimeout(resolve, connectMs)))

    const tooEarly = Promise.allSettled([producer.send(BATCH, 60_000)])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await tooEarly).toMatchObject([{ status: 'rejected' }])
    const sent = producer.send(BATCH, 60_000)
    await vi.advanceTimersByTimeAsync(60_000)
    await sent

    // After 1, 2 and 4 s for the three brokers.
    expect(attempts).toHaveLength(4)
  })

  it('begins with another broker after it could not send', async () => {
    const { producer, brokers } = setUp(
      async () => undefined,
      async (attempt) => {
        if (attempt < 4) throw new Error('no leader')
      },
    )

    for (let attempt = 1; attempt < 4; attempt++) await expect(producer.send(BATCH, 2_500)).rejects.toThrow()
    await producer.send(BATCH, 2_500)

    expect(brokers()).toEqual(['one:1', 'two:2', 'three:3', 'one:1'])
  })

  it('keeps a late batch in flight, and sends the next one when it is confirmed', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const confirms: (() => void)[] = []
    const { producer, attempts } = setUp(
      async () => undefined,
      () => new Promise<void>((resolve) => void confirms.push(resolve)),
    )

    const late = Promise.allSettled([producer.send(BATCH, 2_500)])
    await vi.advanceTimersByTimeAsync(2_500)
    expect(await late).toMatchObject([{ status: 'rejected', reason: expect.any(UnavailableError) }])
    const alsoLate = Promise.allSettled([producer.send(BATCH, 400)])
    await vi.advanceTimersByTimeAsync(400)
    expect(await alsoLate).toMatchObject([{ status: 'rejected', reason: expect.any(UnavailableError) }])
    expect(confirms).toHaveLength(1)

    const next = producer.send(BATCH, 2_500)
    confirms[0]?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(confirms).toHaveLength(2)
    confirms[1]?.()
    await next

    expect(attempts).toHaveLength(1)
  })

  it('fails its batch and replaces the client when a broker does not respond', async () => {
    const { producer, attempts, brokers } = setUp(
      async () => undefined,
      (attempt) => (attempt === 1 ? never() : Promise.resolve()),
    )

    const sent = producer.send(BATCH, 60_000)
    await expect.poll(() => attempts[0]?.timeOut).toBeDefined()
    attempts[0]?.timeOut?.()
    await expect(sent).rejects.toHaveProperty('cause.message', 'the broker one:1 has not responded to Produce')
    attempts[0]?.timeOut?.()
    await producer.send(BATCH, 60_000)

    expect(brokers()).toEqual(['one:1', 'two:2'])
    expect(attempts.map(({ isDisconnected }) => isDisconnected)).toEqual([true, false])
  })

  it('sends the next batch with another client when a late one fails', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    let fail: (error: Error) => void = () => undefined
    const { producer, attempts } = setUp(
      async () => undefined,
      (attempt) =>
        attempt === 1
          ? new Promise<void>((_, reject) => {
              fail = reject
            })
          : Promise.resolve(),
    )
    const late = Promise.allSettled([producer.send(BATCH, 2_500)])
    await vi.advanceTimersByTimeAsync(2_500)
    await late

    const next = producer.send(BATCH, 2_500)
    fail(new Error('no leader'))
    await vi.advanceTimersByTimeAsync(0)
    await next

    expect(attempts).toHaveLength(2)
  })
})

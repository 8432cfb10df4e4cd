import { type Channel, type ConfirmChannel, connect, type Options } from 'amqplib'
import type { Invoke, Poller, PollerParts, RabbitMqMapping } from '../event-source-mapping'
import { createRabbitMqPoller } from '../rabbitmq/rabbitmq-poller'
import type { MappingOverrides, TestSource } from './conformance'
import { testBrokerAddresses } from './test-broker-addresses'

const { rabbitMqUrl } = testBrokerAddresses()
const virtualHost = decodeURIComponent(new URL(rabbitMqUrl).pathname.slice(1)) || '/'

export interface RabbitMqSource extends TestSource {
  readonly queue: string
  readonly mapping: RabbitMqMapping
  pollerOf(invoke: Invoke, mapping: Partial<RabbitMqMapping>, parts?: Partial<PollerParts>): Poller
}

/**
 * A durable queue, which survives a restart of the broker. Not a quorum queue by default: one that is created moments
 * before the broker is killed may never have a leader again (seen with RabbitMQ 3.10).
 */
export function rabbitMqSource(queue: string, queueOptions: Options.AssertQueue = {}): RabbitMqSource {
  const mapping: RabbitMqMapping = {
    kind: 'rabbitmq',
    name: `test:rabbitmq:${queue}`,
    functionKey: 'test',
    enabled: true,
    urls: [rabbitMqUrl],
    virtualHost,
    queue,
    eventSourceArn: 'arn:aws:mq:us-east-1:000000000000:broker:test:b-0',
    prefetch: 100,
    concurrency: 1,
    batchSize: 100,
    batchWindowMs: 0,
    filters: [],
  }

  function pollerOf(invoke: Invoke, overrides: Partial<RabbitMqMapping>, parts: Partial<PollerParts> = {}): Poller {
    return createRabbitMqPoller({ ...mapping, ...overrides }, { ...testParts(invoke), ...parts })
  }

  return {
    queue,
    mapping,
    pollerOf,
    create: () =>
      withChannel(async (channel) => {
        await channel.assertQueue(queue, { durable: true, ...queueOptions })
      }),
    remove: () =>
      withChannel(async (channel) => {
        await channel.deleteQueue(queue)
      }),
    publish: (bodies) => publishTo(queue, bodies),
    bodiesOf: rabbitMqBodies,
    poller: (invoke, { onlyKind, ...overrides }: MappingOverrides = {}) =>
      pollerOf(invoke, { ...overrides, filters: onlyKind === undefined ? [] : [{ data: { kind: [onlyKind] } }] }),
    unacknowledged: () => withChannel(async (channel) => (await channel.checkQueue(queue)).messageCount),
  }
}

export function testParts(invoke: Invoke): PollerParts {
  return {
    invoke,
    retryDelay: { firstMs: 50, longestMs: 400 },
    log: { info: () => {}, warning: () => {} },
    clock: Date.now,
  }
}

export async function withChannel<T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
  const connection = await connect(rabbitMqUrl)
  try {
    return await work(await connection.createConfirmChannel())
  } finally {
    await connection.close()
  }
}

/** Resolves when the broker has confirmed all messages. */
export async function publishTo(queue: string, bodies: readonly (string | Buffer)[]): Promise<void> {
  await withChannel(async (channel) => {
    for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body), { persistent: true })
    await channel.waitForConfirms()
  })
}

/** Consumes and acknowledges all messages that are ready. */
export async function takeAll(queue: string): Promise<string[]> {
  return withChannel(async (channel: Channel) => {
    const bodies: string[] = []
    for (let message = await channel.get(queue); message !== false; message = await channel.get(queue)) {
      bodies.push(message.content.toString())
      channel.ack(message)
    }
    return bodies
  })
}

function rabbitMqBodies(event: unknown): string[] {
  const { rmqMessagesByQueue } = event as { rmqMessagesByQueue: Record<string, { data: string }[]> }
  return Object.values(rmqMessagesByQueue).flatMap((list) =>
    list.map(({ data }) => Buffer.from(data, 'base64').toString()),
  )
}

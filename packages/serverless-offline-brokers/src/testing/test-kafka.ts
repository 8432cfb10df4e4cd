import { setTimeout as wait } from 'node:timers/promises'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import type { Invoke, KafkaMapping, Poller, PollerParts } from '../event-source-mapping'
import type { KafkaPollerOptions } from '../kafka/kafka-client-settings'
import { createKafkaPoller } from '../kafka/kafka-poller'
import type { MappingOverrides, TestSource } from './conformance'
import { aKafkaMapping } from './kafka-builders'
import { testBrokerAddresses } from './test-broker-addresses'

const { kafkaBrokers } = testBrokerAddresses()

/** The message limit of the topics. It is large, so that only the 6 MB limit of an event matters. */
const LARGEST_MESSAGE_BYTES = 16_000_000

/** The shortest session timeout that the broker allows. */
const SESSION_TIMEOUT_MS = 6_000

export interface KafkaSource extends TestSource {
  readonly topic: string
  readonly mapping: KafkaMapping
  publishTo(partition: number, messages: readonly TestMessage[]): Promise<void>
  pollerOf(
    invoke: Invoke,
    mapping: Partial<KafkaMapping>,
    options?: Partial<KafkaPollerOptions>,
    parts?: Partial<PollerParts>,
  ): Poller
}

export interface TestMessage {
  readonly key?: string | null
  readonly value: string | Buffer | null
  readonly timestamp?: string
}

export const testKafka = new Kafka({
  brokers: [...kafkaBrokers],
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 20 },
})

export function kafkaSource(topic: string, partitions = 1): KafkaSource {
  const mapping = aKafkaMapping({ topic, brokers: kafkaBrokers })

  async function publishTo(partition: number, messages: readonly TestMessage[]): Promise<void> {
    const producer = testKafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    try {
      // The broker limits the size of a request, so large messages are sent one by one.
      const requests = messages.some(({ value }) => (value?.length ?? 0) > 1_000_000)
        ? messages.map((message) => [message])
        : [[...messages]]
      for (const request of requests) {
        await producer.send({ topic, messages: request.map((message) => ({ ...message, partition })) })
      }
    } finally {
      await producer.disconnect()
    }
  }

  function pollerOf(
    invoke: Invoke,
    overrides: Partial<KafkaMapping>,
    options: Partial<KafkaPollerOptions> = {},
    parts: Partial<PollerParts> = {},
  ): Poller {
    return createKafkaPoller(
      { ...mapping, ...overrides },
      { ...testParts(invoke), ...parts },
      {
        sessionTimeoutMs: SESSION_TIMEOUT_MS,
        heartbeatIntervalMs: 500,
        ...options,
      },
    )
  }

  return {
    topic,
    mapping,
    create: () => createTopic(topic, partitions),
    remove: () => removeTopic(topic),
    publishTo,
    pollerOf,
    publish: (bodies) =>
      publishTo(
        0,
        bodies.map((value) => ({ value })),
      ),
    bodiesOf: kafkaBodies,
    poller: (invoke, { onlyKind, ...overrides }: MappingOverrides = {}) =>
      pollerOf(invoke, { ...overrides, filters: onlyKind === undefined ? [] : [{ value: { kind: [onlyKind] } }] }),
    unacknowledged: () => lagOfGroup(topic, mapping.consumerGroupId),
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

export async function createTopic(
  topic: string,
  numPartitions = 1,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const entries = Object.entries({ 'max.message.bytes': String(LARGEST_MESSAGE_BYTES), ...settings })
  const configEntries = entries.map(([name, value]) => ({ name, value }))
  await withAdmin(async (admin) => {
    // `waitForLeaders` of kafkajs fails when the broker does not know the topic yet.
    await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }], waitForLeaders: false })
    while (!(await admin.listTopics()).includes(topic)) await wait(20)
  })
}

async function removeTopic(topic: string): Promise<void> {
  await withAdmin(async (admin) => {
    await admin.deleteTopics({ topics: [topic] })
    // The controller deletes the topic before the broker knows about it.
    while ((await admin.listTopics()).includes(topic)) await wait(20)
  })
}

export async function withAdmin<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
  const admin = testKafka.admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/** The committed offset of the group by partition. -1 when there is none. */
export async function committedOffsets(topic: string, groupId: string): Promise<Map<number, number>> {
  const [committed] = await withAdmin((admin) => admin.fetchOffsets({ groupId, topics: [topic] }))
  return new Map((committed?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]))
}

async function lagOfGroup(topic: string, groupId: string): Promise<number> {
  const committed = await committedOffsets(topic, groupId)
  const ends = await withAdmin((admin) => admin.fetchTopicOffsets(topic))
  return ends.reduce((lag, { partition, high }) => lag + Number(high) - Math.max(committed.get(partition) ?? 0, 0), 0)
}

function kafkaBodies(event: unknown): string[] {
  const { records } = event as { records: Record<string, { value: string }[]> }
  return Object.values(records).flatMap((list) => list.map(({ value }) => Buffer.from(value, 'base64').toString()))
}

import { setTimeout as delay } from 'node:timers/promises'
import type { AsyncChannel } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import { publishOrders, publishSmallRecords } from './backlog'
import { withBenchBrokers } from './bench-brokers'
import { hasDelivered, untilEventSource } from './event-source-state'
import { type OfflineService, startOfflineService } from './offline-service'
import { acceptedOrder } from './placement'
import { type Finding, median } from './statistics'

const PORT = 3999
const STATE_PORT = 3998
const BATCH = 100
const BATCHES = 200
const SOAK_RECORDS = 1_000_000

/** What the event sources cost by themselves: functions that do nothing, one batch at a time as on AWS. */
export async function benchEventSources(config: Config, repetitions: number): Promise<Finding[]> {
  const settings = {
    ...config,
    CONSUMER_BATCH_SIZE: BATCH,
    RABBITMQ_CONCURRENCY: 1,
    EVENT_SOURCES_PORT: STATE_PORT,
  }
  return [
    await pauses(settings, 'kafka', repetitions),
    await pauses(settings, 'rabbitmq', repetitions),
    ...(await memory(settings)),
  ]
}

/**
 * From the end of an invocation to the start of the next, with a backlog: fetching, making the event, the runner of
 * serverless-offline, and the acknowledgement, which is awaited with Kafka. The first portion warms up.
 */
async function pauses(config: Config, channel: AsyncChannel, repetitions: number): Promise<Finding> {
  const records = BATCH * BATCHES * (repetitions + 1)
  const samples = await withBenchBrokers(config, async (own) => {
    // Of one user: in Kafka they are in one partition, so that no two batches are under way at once.
    await publishOrders(own, channel, records, () => ({ ...acceptedOrder(channel), userId: 'bench' }))
    return withEmptyConsumers(own, async (service) => {
      await untilEventSource(STATE_PORT, channel, hasDelivered(records))
      return pausesOf(service)
    })
  })
  const portions = Array.from({ length: repetitions }, (_, index) =>
    samples.slice((index + 1) * BATCHES, (index + 2) * BATCHES),
  )
  return { name: `event source of ${channel}, ${BATCH} records`, samples: portions.map(median), unit: 'ms', atMost: 1 }
}

/**
 * Memory after a million records beside memory after the first fifth, when pools and code are warm. Held to its goal is
 * what is in use: what the process has from the system goes up and down by a third with the garbage of the moment.
 */
function memory(config: Config): Promise<Finding[]> {
  return withBenchBrokers(config, (own) =>
    withEmptyConsumers(own, async (service) => {
      await publishSmallRecords(own, SOAK_RECORDS / 5)
      await untilEventSource(STATE_PORT, 'kafka', hasDelivered(SOAK_RECORDS / 5))
      const before = await memoryOf(service)
      await publishSmallRecords(own, SOAK_RECORDS)
      await untilEventSource(STATE_PORT, 'kafka', hasDelivered(SOAK_RECORDS / 5 + SOAK_RECORDS))
      const after = await memoryOf(service)
      const name = `memory after ${SOAK_RECORDS.toLocaleString('en')} records of kafka / before`
      return [
        { name: `${name}: in use`, samples: [after.liveBytes / before.liveBytes], unit: '', atMost: 1.1 },
        { name: `${name}: resident`, samples: [after.rssBytes / before.rssBytes], unit: '' },
      ]
    }),
  )
}

async function withEmptyConsumers<Result>(
  config: Config,
  work: (service: OfflineService) => Promise<Result>,
): Promise<Result> {
  const service = await startOfflineService(config, PORT, 'empty-consumers')
  try {
    return await work(service)
  } finally {
    await service.stop()
  }
}

async function pausesOf({ url }: OfflineService): Promise<number[]> {
  return (await (await fetch(`${url}/pauses`)).json()) as number[]
}

interface Memory {
  readonly liveBytes: number
  readonly rssBytes: number
}

/** Once the last fetches have come back empty: until then their buffers count. */
async function memoryOf({ url }: OfflineService): Promise<Memory> {
  const samples: Memory[] = []
  for (let sample = 0; sample < 5; sample++) {
    await delay(200)
    samples.push((await (await fetch(`${url}/memory`)).json()) as Memory)
  }
  const least = (of: (memory: Memory) => number) => Math.min(...samples.map(of))
  return { liveBytes: least(({ liveBytes }) => liveBytes), rssBytes: least(({ rssBytes }) => rssBytes) }
}

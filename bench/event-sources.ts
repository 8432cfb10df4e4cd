import { setTimeout as delay } from 'node:timers/promises'
import type { AsyncChannel } from '@ecommerce/domain'
import type { Config } from '@ecommerce/runtime/config'
import { median } from '../load/measure/quantile'
import { publishOrders, publishSmallRecords } from './backlog'
import { withBenchBrokers } from './bench-brokers'
import { hasDelivered, untilEventSource } from './event-source-state'
import { type OfflineService, startOfflineService } from './offline-service'
import { acceptedOrder } from './placement'
import type { Finding } from './statistics'

const PORT = 3999
const STATE_PORT = 3998
const BATCH = 100
const BATCHES = 200
const SOAK_RECORDS = 1_000_000

/** The cost of the event sources alone: empty functions, one batch at a time as on AWS. */
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
 * The time from the end of an invocation to the start of the next one, with a backlog. It includes the fetch, the event,
 * the runner of serverless-offline, and the acknowledgement, which Kafka confirms. The first portion is the warm-up.
 */
async function pauses(config: Config, channel: AsyncChannel, repetitions: number): Promise<Finding> {
  const records = BATCH * BATCHES * (repetitions + 1)
  const samples = await withBenchBrokers(config, async (own) => {
    // All orders are of one user and therefore in one Kafka partition, so that only one batch is in flight.
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
 * Memory after a million records, compared with memory after the first fifth, when pools and code are warm. The goal
 * applies to the memory in use, because garbage changes the resident memory by up to a third.
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

/** The smallest of several samples, because the buffers of the last fetches still count in the first ones. */
async function memoryOf({ url }: OfflineService): Promise<Memory> {
  const samples: Memory[] = []
  for (let sample = 0; sample < 5; sample++) {
    await delay(200)
    samples.push((await (await fetch(`${url}/memory`)).json()) as Memory)
  }
  const least = (of: (memory: Memory) => number) => Math.min(...samples.map(of))
  return { liveBytes: least(({ liveBytes }) => liveBytes), rssBytes: least(({ rssBytes }) => rssBytes) }
}

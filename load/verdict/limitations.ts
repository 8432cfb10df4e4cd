import { formatDuration, plural } from '@ecommerce/look/format'
import type { RunOptions } from '../command-line/options'
import type { Channel } from '../results'

export interface Circumstances {
  readonly options: RunOptions
  /** The least difference between the shop's clock and ours; positive if the shop's clock is ahead. */
  readonly clockOffsetMs: number
  /** Whether the shop has `/metrics` and `/about`, and reports when orders were consumed. */
  readonly reports: { readonly metrics: boolean; readonly about: boolean; readonly consumedAt: boolean }
  readonly unremovedProducts: number
}

const ALWAYS = [
  'Unless the addresses say otherwise, generator, functions and servers shared one machine. Compare the channels with each other, but not these figures with those of another machine.',
  'The shop records commit times in whole milliseconds of its clock, when it writes the rows of a batch. The commit is flushed shortly afterwards.',
  'There was one broker of each kind and one database, without a network between them. The figures include no replication, failover or distance.',
  'On AWS, an event source mapping of Amazon MQ runs one batch at a time. On a desk, RABBITMQ_CONCURRENCY batches run in parallel: set it to 1 before you draw conclusions about RabbitMQ on AWS.',
] as const

/** What the figures of a run do not show. */
export function limitationsOf({ options, clockOffsetMs, reports, unremovedProducts }: Circumstances): string[] {
  const { pattern, channels } = options
  const has = (channel: Channel) => channels.includes(channel)
  return [
    ...ALWAYS,
    ...when(
      clockOffsetMs !== 0,
      `The clocks of the shop and of the generator differ by at least ${formatDuration(Math.abs(clockOffsetMs))}. All commit latencies are off by the same amount.`,
    ),
    ...when(
      pattern.kind === 'clients',
      'In a closed loop, a client that waits for a response sends nothing, so the latencies hide waiting. The repetitions have different numbers of clients: read them one by one.',
    ),
    ...when(
      pattern.kind === 'repeated' && pattern.repetitions < 3,
      'Fewer than three repetitions do not show how much the figures vary from run to run.',
    ),
    ...when(
      pattern.kind === 'search',
      'The search tried each rate once, for a few seconds. A rate that holds for seconds may not hold for an hour.',
    ),
    ...when(!reports.metrics, 'The shop has no /metrics: its consumer lag, queue depth, memory and CPU are unknown.'),
    ...when(!reports.about, 'The shop has no /about: its versions and the durability of its channels are unknown.'),
    ...when(
      !reports.consumedAt && (has('kafka') || has('rabbitmq')),
      'The shop does not report when orders were consumed: the time of their placement counts as time in the broker.',
    ),
    ...when(
      unremovedProducts > 0,
      `${plural(unremovedProducts, 'product')} of the run could not be deleted: look for names that begin with "Load test".`,
    ),
  ]
}

function when(holds: boolean, limitation: string): string[] {
  return holds ? [limitation] : []
}

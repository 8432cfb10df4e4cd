import type { RunOptions } from '../command-line/options'
import type { Channel } from '../results'

export interface Circumstances {
  readonly options: RunOptions
  /** How far the shop's clock is ahead of ours, at least. */
  readonly clockOffsetMs: number
  /** Whether the shop told anything in `/metrics`, in `/about`, and when its orders were consumed. */
  readonly tells: { readonly metrics: boolean; readonly about: boolean; readonly consumedAt: boolean }
  readonly unremovedProducts: number
}

const ALWAYS = [
  'Generator, functions and servers shared the machine they ran on, unless the addresses say otherwise: compare channels with each other, not these figures with those of other machines.',
  'Committed times come from the shop, in whole milliseconds of its clock: when the rows of a batch were written, just before the commit was flushed.',
  'One broker of each kind, one database, no network between them: nothing here shows replication, failover, or distance.',
  'A Lambda mapping of Amazon MQ runs one batch at a time, while a desk runs as many as RABBITMQ_CONCURRENCY says: set it to 1 before concluding anything about RabbitMQ on AWS.',
] as const

/** What the figures of a run do not show. */
export function caveatsOf({ options, clockOffsetMs, tells, unremovedProducts }: Circumstances): string[] {
  const { course, channels } = options
  const has = (channel: Channel) => channels.includes(channel)
  return [
    ...ALWAYS,
    ...when(
      clockOffsetMs !== 0,
      `The shop's clock is off by ${clockOffsetMs} ms or more: so are all times from due to committed.`,
    ),
    ...when(
      course.kind === 'clients',
      'A closed loop hides waiting: a client that waits sends nothing. Its repetitions differ in clients, so read them one by one.',
    ),
    ...when(
      course.kind === 'repeated' && course.repetitions < 3,
      'Fewer than three repetitions say nothing about how much the figures vary by themselves.',
    ),
    ...when(
      course.kind === 'search',
      'Each rate was tried once, for a few seconds: what holds so long need not hold for an hour.',
    ),
    ...when(!tells.metrics, 'The shop has no /metrics: its lag, queues, memory and CPU are unknown.'),
    ...when(!tells.about, 'The shop has no /about: its versions and the durability of its channels are unknown.'),
    ...when(
      !tells.consumedAt && (has('kafka') || has('rabbitmq')),
      'The shop does not tell when orders were consumed: their placement counts as time in the broker.',
    ),
    ...when(
      unremovedProducts > 0,
      `${unremovedProducts} products of the run could not be taken out of the catalogue; their names begin with "Load test".`,
    ),
  ]
}

function when(holds: boolean, caveat: string): string[] {
  return holds ? [caveat] : []
}

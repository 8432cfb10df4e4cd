import { CHANNELS, type Channel, RESULTS_SCHEMA, type Results, type StepResult } from '../results'
import { withGoodput } from '../run/goodput'
import { checkObjectives } from '../verdict/objectives'
import { CHARACTER } from './sample-latencies'
import { seededRandom } from './sample-random'
import { combineSteps, RATE, STARTED_AT, sampleStep, WARMUP_S } from './sample-steps'

const OBJECTIVES = { responseP99Ms: 250, commitP99Ms: 1_000, failedShare: 0.001 }

export interface SampleOptions {
  readonly seed?: number
  readonly channels?: readonly Channel[]
  readonly repetitions?: number
  readonly withSaturation?: boolean
}

/** Invented results, the same for the same seed, with figures like those of a run on a desk. */
export function sampleResults(options: SampleOptions = {}): Results {
  const { seed = 7, channels = CHANNELS, repetitions = 3, withSaturation = false } = options
  const random = seededRandom(seed)
  const steps = Array.from({ length: repetitions }, (_, repetition) =>
    channels.map((channel, index) => sampleStep(channel, repetition + 1, repetition * channels.length + index, random)),
  ).flat()
  const results = channels.map((channel) =>
    combineSteps(
      channel,
      steps.filter((step) => step.channel === channel),
      random,
    ),
  )
  return {
    schema: RESULTS_SCHEMA,
    run: {
      id: `20261124-093000-standard-${seed}`,
      profile: 'standard',
      seed,
      baseUrl: 'http://127.0.0.1:3000',
      commandLine: `npm run load -- --profile standard --rate ${RATE} --seed ${seed}`,
      startedAt: new Date(STARTED_AT).toISOString(),
      endedAt: new Date(STARTED_AT + steps.length * 60_000).toISOString(),
      ending: 'complete',
    },
    verdict: {
      status: 'PASS',
      headline:
        'Nothing was lost, doubled or oversold in 161,890 orders; Kafka responds fastest (p99 8.26 ms), the synchronous channel commits fastest (p99 29.3 ms).',
      findings: [
        {
          gate: 'reconciliation',
          name: 'orders',
          holds: true,
          detail: '161,890 accepted: 161,566 confirmed, 324 rejected, 0 dead-lettered, 0 missing, 0 doubled',
        },
        {
          gate: 'reconciliation',
          name: 'stock',
          holds: true,
          detail: 'initial = on hand + sold for 20 of 20 products',
        },
        {
          gate: 'validity',
          name: 'generator',
          holds: true,
          detail: 'send delay p99 at most 1.10 ms (limit: 10.0 ms), no request dropped',
        },
        ...results.flatMap((channel) => checkObjectives(channel, OBJECTIVES)),
      ],
    },
    channels: results,
    steps,
    reconciliation: sampleReconciliation(channels, steps),
    ...(withSaturation && { saturation: channels.flatMap((channel) => sampleSaturation(channel)) }),
    environment: [
      { name: 'machine', value: 'linux x64, 2 × AMD EPYC, 24 GiB' },
      { name: 'node', value: 'v20.20.2' },
      { name: 'mysql', value: 'MariaDB 10.11.14' },
      { name: 'kafka', value: '4.1.0, one broker, 6 partitions' },
      { name: 'rabbitmq', value: '3.10.8, one node' },
      { name: 'commit', value: '30715ade (clean)' },
    ],
    durability: [
      { channel: 'all', name: 'database', value: 'innodb_flush_log_at_trx_commit = 1' },
      { channel: 'sync', name: 'acknowledged when', value: 'committed in MySQL' },
      { channel: 'kafka', name: 'acknowledged when', value: 'acks = all, idempotent' },
      { channel: 'rabbitmq', name: 'acknowledged when', value: 'confirmed, persistent, durable queue' },
      { channel: 'kafka', name: 'consumers', value: 'one group, 6 partitions' },
      { channel: 'rabbitmq', name: 'consumers', value: '10 workers' },
    ],
    limitations: [
      'Generator, shop and servers shared one machine. Compare the channels with each other, but not these figures with those of another machine.',
      'Every server was a single node: the figures include no replication.',
      "The shop records commit times with the clock of the generator's machine.",
    ],
  }
}

function sampleReconciliation(channels: readonly Channel[], steps: readonly StepResult[]): Results['reconciliation'] {
  const orders = channels.map((channel) => {
    const accepted = steps
      .filter((step) => step.channel === channel)
      .reduce((sum, step) => sum + step.requests.accepted + RATE * WARMUP_S, 0)
    const rejected = channel === 'sync' ? 0 : Math.round(accepted * 0.003)
    return {
      channel,
      accepted,
      confirmed: accepted - rejected,
      rejected,
      deadLettered: 0,
      missing: 0,
      doubled: 0,
      withoutResponse: channel === 'sync' ? 1 : 0,
    }
  })
  const sold = orders.reduce((sum, balance) => sum + balance.confirmed, 0)
  const products = Array.from({ length: 20 }, (_, index) => {
    const share = Math.round((sold * (40 - index * 2)) / 420)
    return { productId: index + 1, initial: 5_000_000, onHand: 5_000_000 - share, sold: share, holds: true }
  })
  return { holds: true, orders, products, discrepancies: [] }
}

function sampleSaturation(channel: Channel): NonNullable<Results['saturation']> {
  const limit = { sync: 1150, kafka: 2300, rabbitmq: 1900 }[channel]
  const { response, commit, tail } = CHARACTER[channel]
  const rates = [250, 500, 1000, 1500, 2000, 2500].filter((rate) => rate < limit * 1.6)
  const held = Math.max(...rates.filter((rate) => rate < limit))
  return withGoodput(
    [...rates.filter((rate) => rate !== 2 * held), 2 * held].map((ratePerSecond) => {
      const load = ratePerSecond / limit
      const queueing = load < 0.97 ? 1 / (1 - load) : 40 * load
      return {
        channel,
        ratePerSecond,
        acceptedPerSecond: Math.min(ratePerSecond, limit * 1.02),
        responseP99Ms: response * Math.exp(tail * 2.33) * (channel === 'sync' ? queueing : 1 + load),
        commitP99Ms: commit * Math.exp(tail * 2.33) * queueing,
        failedShare: load > 1.2 ? 0.02 * load : 0,
        holds: load < 1,
      }
    }),
  )
}

import {
  CHANNELS,
  type Channel,
  type ChannelResult,
  type Latencies,
  type Latency,
  type Phase,
  RESULTS_SCHEMA,
  type RequestCounts,
  type Results,
  type Second,
  type StepResult,
} from '../results'

export interface SampleOptions {
  readonly seed?: number
  readonly channels?: readonly Channel[]
  readonly repetitions?: number
  readonly withSaturation?: boolean
}

const RATE = 400
const WARMUP_S = 5
const MEASURED_S = 40
const STARTED_AT = Date.parse('2026-11-24T09:30:00Z')

/** How a channel behaves in the samples: medians in milliseconds, and how long the tails are (sigma of a lognormal). */
const CHARACTER: Readonly<Record<Channel, { response: number; committed: number; tail: number; drainS: number }>> = {
  sync: { response: 8.2, committed: 7.9, tail: 0.55, drainS: 1 },
  kafka: { response: 3.1, committed: 41, tail: 0.42, drainS: 2 },
  rabbitmq: { response: 2.4, committed: 19, tail: 0.6, drainS: 2 },
}

/** Results of a run that never was, the same for the same seed, with figures such as a desk gives. */
export function sampleResults(options: SampleOptions = {}): Results {
  const { seed = 7, channels = CHANNELS, repetitions = 3, withSaturation = false } = options
  const random = seededRandom(seed)
  const steps = Array.from({ length: repetitions }, (_, repetition) =>
    channels.map((channel, index) => sampleStep(channel, repetition + 1, repetition * channels.length + index, random)),
  ).flat()
  return {
    schema: RESULTS_SCHEMA,
    run: {
      id: '20261124-093000-standard',
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
        'Nothing was lost, doubled or oversold; RabbitMQ answers first, and sync commits first by the 99th percentile.',
      findings: [
        { gate: 'reconciliation', name: 'orders', holds: true, detail: 'every accepted order is found exactly once' },
        {
          gate: 'reconciliation',
          name: 'stock',
          holds: true,
          detail: 'initial = on hand + sold for 20 of 20 products',
        },
        { gate: 'validity', name: 'lateness', holds: true, detail: 'p99 1.1 ms of at most 10 ms' },
        { gate: 'validity', name: 'dropped', holds: true, detail: '0 % of at most 0.1 %' },
        { gate: 'objective', name: 'response p99', holds: true, detail: '31 ms (sync) of at most 250 ms' },
        { gate: 'objective', name: 'failed requests', holds: true, detail: '0.01 % of at most 0.1 %' },
      ],
    },
    channels: channels.map((channel) =>
      combine(
        channel,
        steps.filter((step) => step.channel === channel),
        random,
      ),
    ),
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
    caveats: [
      'Generator, shop and servers share one machine and its cores: ratios travel, absolute figures do not.',
      'Every server is a single node: no figure holds the price of replication.',
      'Committed times are read from the clock of the machine that the generator runs on.',
    ],
  }
}

function sampleStep(channel: Channel, repetition: number, position: number, random: () => number): StepResult {
  const character = CHARACTER[channel]
  const sway = 0.93 + random() * 0.14
  const offered = RATE * MEASURED_S
  const failed = channel === 'sync' && repetition === 1 ? 3 : 0
  const refused = Math.round(offered * 0.004 * random())
  const requests: RequestCounts = {
    offered,
    accepted: offered - failed - refused,
    refused,
    failed,
    dropped: 0,
    refusals: refused > 0 ? { '/problems/insufficient-stock': refused } : {},
    errors: failed > 0 ? { timeout: 2, connection: 1 } : {},
  }
  return {
    name: `${channel} ${repetition}`,
    channel,
    repetition,
    startedAt: new Date(STARTED_AT + position * 60_000).toISOString(),
    arrivals: 'poisson',
    ratePerSecond: RATE,
    warmupMs: WARMUP_S * 1000,
    measuredMs: MEASURED_S * 1000,
    drainMs: character.drainS * 380 * sway,
    requests,
    rates: {
      offeredPerSecond: RATE,
      acceptedPerSecond: requests.accepted / MEASURED_S,
      committedPerSecond: requests.accepted / (MEASURED_S + (character.drainS * 0.38 * sway) / 10),
    },
    latencies: sampleLatencies(channel, offered, sway, random),
    generator: {
      isValid: true,
      latenessP99Ms: 0.7 + random() * 0.6,
      latenessMaxMs: 4 + random() * 6,
      eventLoopP99Ms: 1.5 + random(),
      cpuPercent: 31 + random() * 8,
      droppedShare: 0,
    },
    series: sampleSeries(channel, sway, random),
  }
}

function sampleLatencies(channel: Channel, count: number, sway: number, random: () => number): Latencies {
  const { response, committed, tail } = CHARACTER[channel]
  const values = (median: number) =>
    Array.from(
      { length: count },
      () => median * sway * Math.exp(tail * gaussian(random)) + (random() < 0.003 ? random() * 60 : 0),
    )
  const answers = values(response)
  return {
    response: latencyOf(answers),
    service: latencyOf(answers.map((ms) => ms * (0.82 + random() * 0.1))),
    committed: latencyOf(values(committed)),
  }
}

function latencyOf(samples: readonly number[]): Latency {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0
  const shares = Array.from({ length: 60 }, (_, index) => 1 - 10 ** (-index / 14)).filter(
    (share) => (1 - share) * sorted.length >= 1,
  )
  return {
    count: sorted.length,
    meanMs: sorted.reduce((sum, ms) => sum + ms, 0) / Math.max(1, sorted.length),
    p50Ms: at(0.5),
    p75Ms: at(0.75),
    p90Ms: at(0.9),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    ...(sorted.length >= 10_000 && { p999Ms: at(0.999) }),
    ...(sorted.length >= 100_000 && { p9999Ms: at(0.9999) }),
    maxMs: sorted.at(-1) ?? 0,
    curve: shares.map((share) => [share, at(Math.max(share, 1 / sorted.length))] as const),
    histogram: 'SElTVEZBQUFBQ1I0bkpOcG1Tek13TURBd2NBQUFBPT0=',
  }
}

function sampleSeries(channel: Channel, sway: number, random: () => number): Second[] {
  const { response, committed, tail, drainS } = CHARACTER[channel]
  const total = WARMUP_S + MEASURED_S + drainS
  let backlog = 0
  return Array.from({ length: total }, (_, second) => {
    const phase: Phase = second < WARMUP_S ? 'warm-up' : second < WARMUP_S + MEASURED_S ? 'measured' : 'drain'
    const offered = phase === 'drain' ? 0 : Math.round(RATE + Math.sqrt(RATE) * gaussian(random))
    // Somewhere in the middle a consumer pauses, as it does when a group rebalances.
    const pauses = channel !== 'sync' && second >= 24 && second < 27
    const capacity = pauses ? offered * 0.35 : phase === 'drain' ? backlog : offered * 1.08
    const committedNow = channel === 'sync' ? offered : Math.min(backlog + offered, Math.round(capacity))
    backlog += offered - committedNow
    const slow = pauses ? 6 : second < 2 ? 2.2 : 1
    const jitter = () => 0.92 + random() * 0.16
    return {
      second,
      phase,
      offered,
      sent: offered,
      accepted: offered,
      committed: committedNow,
      failed: 0,
      inFlight: Math.round((offered * response * sway) / 1000 + random() * 3),
      backlog,
      ...(offered > 0 && {
        responseP50Ms: response * sway * jitter() * (second < 2 ? 2 : 1),
        responseP99Ms: response * sway * Math.exp(tail * 2.33) * jitter() * (second < 2 ? 3 : 1),
      }),
      ...(committedNow > 0 && {
        committedP50Ms: committed * sway * jitter() * slow,
        committedP99Ms: committed * sway * Math.exp(tail * 2.33) * jitter() * slow,
      }),
      shop: {
        ...(channel === 'kafka' && { consumerLag: backlog }),
        ...(channel === 'rabbitmq' && { queueDepth: Math.round(backlog * 0.8) }),
        outboxPending: Math.round(random() * 12),
        outboxAgeMs: random() * 40,
        deadLetters: 0,
        cpuPercent: (phase === 'drain' ? 30 : 78) + random() * 9,
        residentBytes: (180 + second * 0.4) * 2 ** 20,
        eventLoopP99Ms: 6 + random() * 5,
      },
    }
  })
}

/** As a run does it, but that histograms are merged there: here one repetition speaks for all. */
function combine(channel: Channel, steps: readonly StepResult[], random: () => number): ChannelResult {
  const count = Math.max(
    1,
    steps.reduce((sum, step) => sum + step.requests.offered, 0),
  )
  const total = (of: (step: StepResult) => number) => steps.reduce((sum, step) => sum + of(step), 0)
  const spread = (of: (step: StepResult) => number) => {
    const values = steps.map(of)
    return [Math.min(...values), Math.max(...values)] as const
  }
  const { response, committed } = CHARACTER[channel]
  const sway = total((step) => step.latencies.response.p50Ms) / steps.length / response
  const latencies = sampleLatencies(channel, count, sway, random)
  return {
    channel,
    repetitions: steps.length,
    requests: {
      offered: total((step) => step.requests.offered),
      accepted: total((step) => step.requests.accepted),
      refused: total((step) => step.requests.refused),
      failed: total((step) => step.requests.failed),
      dropped: 0,
      refusals: sum(steps.map((step) => step.requests.refusals)),
      errors: sum(steps.map((step) => step.requests.errors)),
    },
    rates: {
      offeredPerSecond: RATE,
      acceptedPerSecond: total((step) => step.rates.acceptedPerSecond) / steps.length,
      committedPerSecond: total((step) => step.rates.committedPerSecond) / steps.length,
    },
    latencies,
    stages: {
      dueToAcceptedMs: channel === 'sync' ? 1.9 : response * 0.93,
      acceptedToConsumedMs: channel === 'sync' ? 0.1 : committed - response - 4.2,
      consumedToCommittedMs: channel === 'sync' ? 5.9 : 4.4,
    },
    drainMs: total((step) => step.drainMs) / steps.length,
    maxBacklog: Math.max(...steps.flatMap((step) => step.series.map((second) => second.backlog))),
    spread: {
      responseP50Ms: spread((step) => step.latencies.response.p50Ms),
      responseP99Ms: spread((step) => step.latencies.response.p99Ms),
      committedP99Ms: spread((step) => step.latencies.committed.p99Ms),
      committedPerSecond: spread((step) => step.rates.committedPerSecond),
    },
  }
}

function sampleReconciliation(channels: readonly Channel[], steps: readonly StepResult[]): Results['reconciliation'] {
  const orders = channels.map((channel) => {
    const accepted = steps
      .filter((step) => step.channel === channel)
      .reduce((sum, step) => sum + step.requests.accepted, 0)
    const rejected = channel === 'sync' ? 0 : Math.round(accepted * 0.003)
    return {
      channel,
      accepted,
      confirmed: accepted - rejected,
      rejected,
      deadLettered: 0,
      missing: 0,
      doubled: 0,
      unanswered: channel === 'sync' ? 1 : 0,
    }
  })
  const sold = orders.reduce((sum, books) => sum + books.confirmed, 0)
  const products = Array.from({ length: 20 }, (_, index) => {
    const share = Math.round((sold * (40 - index * 2)) / 420)
    return { productId: index + 1, initial: 5_000_000, onHand: 5_000_000 - share, sold: share, holds: true }
  })
  return { holds: true, orders, products, complaints: [] }
}

function sampleSaturation(channel: Channel): NonNullable<Results['saturation']> {
  const limit = { sync: 1150, kafka: 2300, rabbitmq: 1900 }[channel]
  const { response, committed, tail } = CHARACTER[channel]
  return [250, 500, 1000, 1500, 2000, 2500]
    .filter((rate) => rate < limit * 1.6)
    .map((ratePerSecond) => {
      const load = ratePerSecond / limit
      const queueing = load < 0.97 ? 1 / (1 - load) : 40 * load
      return {
        channel,
        ratePerSecond,
        acceptedPerSecond: Math.min(ratePerSecond, limit * 1.02),
        responseP99Ms: response * Math.exp(tail * 2.33) * (channel === 'sync' ? queueing : 1 + load),
        committedP99Ms: committed * Math.exp(tail * 2.33) * queueing,
        failedShare: load > 1.2 ? 0.02 * load : 0,
        holds: load < 1,
      }
    })
}

function sum(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const each of counts) for (const [name, count] of Object.entries(each)) total[name] = (total[name] ?? 0) + count
  return total
}

/** Mulberry32: small, and the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

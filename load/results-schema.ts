import { z } from 'zod'
import { CHANNELS, RESULTS_SCHEMA, type Results } from './results'

/**
 * The schema of `results.json`, published as `docs/load-results.schema.json`. Files are validated against it when they
 * are read, and the compiler checks it against `Results`. It allows unknown members, so that new members need no new
 * version.
 */

const channel = z.enum(CHANNELS)
const instant = z.iso.datetime()
const amount = z.int().min(0)
const measure = z.number().min(0)
const share = z.number().min(0).max(1)
const counts = z.record(z.string(), amount)
const range = z.tuple([measure, measure])

const latency = z
  .object({
    count: amount,
    meanMs: measure,
    p50Ms: measure,
    p75Ms: measure,
    p90Ms: measure,
    p95Ms: measure,
    p99Ms: measure,
    p999Ms: z.exactOptional(measure),
    p9999Ms: z.exactOptional(measure),
    maxMs: measure,
    curve: z.array(z.tuple([share, measure])),
    histogram: z.string(),
  })
  .meta({ id: 'Latency' })

const rates = z
  .object({ offeredPerSecond: measure, acceptedPerSecond: measure, committedPerSecond: measure })
  .meta({ id: 'Rates' })

const requestCounts = z
  .object({
    offered: amount,
    accepted: amount,
    refused: amount,
    failed: amount,
    dropped: amount,
    refusals: counts,
    failures: counts,
  })
  .meta({ id: 'RequestCounts' })

const latencies = z.object({ response: latency, service: latency, commit: latency }).meta({ id: 'Latencies' })

const finding = z.object({
  gate: z.enum(['reconciliation', 'validity', 'objective']),
  name: z.string(),
  holds: z.boolean(),
  detail: z.string(),
})

const otherRequests = z.object({
  kind: z.enum(['browse', 'status', 'cancel']),
  requests: requestCounts,
  response: latency,
})

const channelResult = z.object({
  channel,
  repetitions: amount,
  requests: requestCounts,
  rates,
  latencies,
  stages: z.object({ dueToAcceptedMs: measure, acceptedToConsumedMs: measure, consumedToCommittedMs: measure }),
  others: z.exactOptional(z.array(otherRequests)),
  drainMs: measure,
  maxBacklog: z.int(),
  range: z.object({
    responseP50Ms: range,
    responseP99Ms: range,
    commitP99Ms: range,
    committedPerSecond: range,
  }),
})

const shopSample = z.object({
  consumerLag: z.exactOptional(z.number()),
  queueDepth: z.exactOptional(z.number()),
  outboxPending: z.exactOptional(z.number()),
  outboxAgeMs: z.exactOptional(z.number()),
  deadLetters: z.exactOptional(z.number()),
  cpuPercent: z.exactOptional(measure),
  residentBytes: z.exactOptional(measure),
  eventLoopP99Ms: z.exactOptional(measure),
})

const second = z
  .object({
    second: amount,
    phase: z.enum(['warm-up', 'measured', 'drain']),
    offered: amount,
    sent: amount,
    accepted: amount,
    committed: amount,
    failed: amount,
    inFlight: z.int(),
    backlog: z.int(),
    responseP50Ms: z.exactOptional(measure),
    responseP99Ms: z.exactOptional(measure),
    commitP50Ms: z.exactOptional(measure),
    commitP99Ms: z.exactOptional(measure),
    shop: z.exactOptional(shopSample),
  })
  .meta({ id: 'Second' })

const stepResult = z.object({
  name: z.string(),
  channel,
  repetition: amount,
  startedAt: instant,
  arrivals: z.enum(['uniform', 'poisson', 'closed']),
  ratePerSecond: z.exactOptional(measure),
  clients: z.exactOptional(amount),
  warmupMs: measure,
  measuredMs: measure,
  drainMs: measure,
  requests: requestCounts,
  rates,
  latencies,
  generator: z.object({
    isValid: z.boolean(),
    reason: z.exactOptional(z.string()),
    sendDelayP99Ms: measure,
    sendDelayMaxMs: measure,
    eventLoopP99Ms: measure,
    cpuPercent: measure,
    droppedShare: share,
  }),
  series: z.array(second),
})

const reconciliation = z.object({
  holds: z.boolean(),
  notAudited: z.exactOptional(z.string()),
  orders: z.array(
    z.object({
      channel,
      accepted: amount,
      confirmed: amount,
      rejected: amount,
      deadLettered: amount,
      missing: amount,
      doubled: amount,
      withoutResponse: amount,
    }),
  ),
  products: z.array(
    z.object({ productId: z.int(), initial: amount, onHand: z.int(), sold: amount, holds: z.boolean() }),
  ),
  discrepancies: z.array(z.string()),
})

const saturationPoint = z.object({
  channel,
  ratePerSecond: measure,
  acceptedPerSecond: measure,
  responseP99Ms: measure,
  commitP99Ms: measure,
  failedShare: share,
  holds: z.boolean(),
  limitedByGenerator: z.exactOptional(z.literal(true)),
  goodputShare: z.exactOptional(measure),
})

const fact = z.object({ name: z.string(), value: z.string() })

export const resultsSchema: z.ZodType<Results> = z
  .object({
    schema: z.literal(RESULTS_SCHEMA),
    run: z.object({
      id: z.string(),
      profile: z.string(),
      seed: amount,
      baseUrl: z.string(),
      commandLine: z.string(),
      startedAt: instant,
      endedAt: instant,
      ending: z.enum(['complete', 'interrupted', 'failed']),
      reason: z.exactOptional(z.string()),
    }),
    verdict: z.object({
      status: z.enum(['PASS', 'FAIL', 'INVALID']),
      headline: z.string(),
      findings: z.array(finding),
    }),
    channels: z.array(channelResult),
    steps: z.array(stepResult),
    reconciliation,
    saturation: z.exactOptional(z.array(saturationPoint)),
    environment: z.array(fact),
    durability: z.array(fact.extend({ channel: z.enum([...CHANNELS, 'all']) })),
    limitations: z.array(z.string()),
  })
  .meta({
    title: 'Results of a load run',
    description: 'Durations are milliseconds, rates are per second, sizes are bytes.',
  })

export function resultsJsonSchema(): object {
  return z.toJSONSchema(resultsSchema, { target: 'draft-2020-12', io: 'input' })
}

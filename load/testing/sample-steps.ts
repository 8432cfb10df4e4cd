import { rangeOf } from '../measure/quantile'
import type { Channel, ChannelResult, Phase, RequestCounts, Second, StepResult } from '../results'
import { CHARACTER, sampleLatencies } from './sample-latencies'
import { gaussian } from './sample-random'

export const RATE = 400
export const WARMUP_S = 5
const MEASURED_S = 40
export const STARTED_AT = Date.parse('2026-11-24T09:30:00Z')

export function sampleStep(channel: Channel, repetition: number, position: number, random: () => number): StepResult {
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
    failures: failed > 0 ? { timeout: 2, connection: 1 } : {},
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
      sendDelayP99Ms: 0.7 + random() * 0.6,
      sendDelayMaxMs: 4 + random() * 6,
      eventLoopP99Ms: 1.5 + random(),
      cpuPercent: 31 + random() * 8,
      droppedShare: 0,
    },
    series: sampleSeries(channel, sway, random),
  }
}

function sampleSeries(channel: Channel, sway: number, random: () => number): Second[] {
  const { response, commit, tail, drainS } = CHARACTER[channel]
  const total = WARMUP_S + MEASURED_S + drainS
  let backlog = 0
  return Array.from({ length: total }, (_, second) => {
    const phase: Phase = second < WARMUP_S ? 'warm-up' : second < WARMUP_S + MEASURED_S ? 'measured' : 'drain'
    const offered = phase === 'drain' ? 0 : Math.round(RATE + Math.sqrt(RATE) * gaussian(random))
    // In the middle the consumer pauses, as it does when a group rebalances.
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
        commitP50Ms: commit * sway * jitter() * slow,
        commitP99Ms: commit * sway * Math.exp(tail * 2.33) * jitter() * slow,
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

/** Summarizes steps as a run does. A real run computes latencies from the orders of all steps; these are invented. */
export function combineSteps(channel: Channel, steps: readonly StepResult[], random: () => number): ChannelResult {
  const count = Math.max(
    1,
    steps.reduce((sum, step) => sum + step.requests.offered, 0),
  )
  const total = (of: (step: StepResult) => number) => steps.reduce((sum, step) => sum + of(step), 0)
  const range = (of: (step: StepResult) => number) => rangeOf(steps.map(of))
  const { response, commit } = CHARACTER[channel]
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
      failures: sum(steps.map((step) => step.requests.failures)),
    },
    rates: {
      offeredPerSecond: RATE,
      acceptedPerSecond: total((step) => step.rates.acceptedPerSecond) / steps.length,
      committedPerSecond: total((step) => step.rates.committedPerSecond) / steps.length,
    },
    latencies,
    stages: {
      dueToAcceptedMs: channel === 'sync' ? 1.9 : response * 0.93,
      acceptedToConsumedMs: channel === 'sync' ? 0.1 : commit - response - 4.2,
      consumedToCommittedMs: channel === 'sync' ? 5.9 : 4.4,
    },
    drainMs: total((step) => step.drainMs) / steps.length,
    maxBacklog: Math.max(...steps.flatMap((step) => step.series.map((second) => second.backlog))),
    range: {
      responseP50Ms: range((step) => step.latencies.response.p50Ms),
      responseP99Ms: range((step) => step.latencies.response.p99Ms),
      commitP99Ms: range((step) => step.latencies.commit.p99Ms),
      committedPerSecond: range((step) => step.rates.committedPerSecond),
    },
  }
}

function sum(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const each of counts) for (const [name, count] of Object.entries(each)) total[name] = (total[name] ?? 0) + count
  return total
}

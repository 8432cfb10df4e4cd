import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { RunOptions } from '../command-line/options'
import type { Course, PlannedStep, StepSpec } from '../load-plan'
import type { Channel } from '../results'
import { searchHighestRate } from './search-highest-rate'

/** Of a channel and a repetition; unique in a run. */
export function nameOf(channel: Channel, repetition: number): string {
  return `${channel} ${repetition}`
}

/** Steps that are known before anything was measured: none of a search. */
export function plannedSteps(options: RunOptions): readonly StepSpec[] {
  const { course, channels, warmupMs } = options
  if (course.kind === 'search') return []
  const rounds = course.kind === 'clients' ? course.clients.length : course.repetitions
  const orders = shuffledRounds(channels, rounds, options.seed)
  return orders.flatMap((order, round) =>
    order.map((channel) => {
      const common = { name: nameOf(channel, round + 1), channel, repetition: round + 1, warmupMs }
      if (course.kind === 'repeated') return openStep(common, options, course.ratePerSecond, course.durationMs)
      const clients = course.clients[round] ?? 1
      return {
        planned: { ...common, arrivals: 'closed', clients },
        pace: { loop: 'closed', clients, requestsPerClient: course.requestsPerClient },
      }
    }),
  )
}

export function* courseOf(options: RunOptions): Course {
  const { course, channels, objectives, warmupMs, seed } = options
  if (course.kind !== 'search') {
    for (const step of plannedSteps(options)) yield step
    return
  }
  for (const channel of shuffledRounds(channels, 1, seed).flat()) {
    let probes = 0
    const probe = (ratePerSecond: number) => {
      probes += 1
      const common = { name: nameOf(channel, probes), channel, repetition: probes, warmupMs }
      return openStep(common, options, ratePerSecond, course.durationMs)
    }
    yield* searchHighestRate(probe, course.ratePerSecond, objectives)
  }
}

/**
 * Every channel once a round, each round in an order of its own: what changes in the course of a run, such as a cache
 * that fills, falls on all of them.
 */
function shuffledRounds(channels: readonly Channel[], rounds: number, seed: number): Channel[][] {
  const random = xoroshiro128plus(seed)
  return Array.from({ length: rounds }, () => {
    const rest = [...channels]
    const order: Channel[] = []
    while (rest.length > 0) order.push(...rest.splice(uniformInt(random, 0, rest.length - 1), 1))
    return order
  })
}

function openStep(
  common: Pick<PlannedStep, 'name' | 'channel' | 'repetition' | 'warmupMs'>,
  { arrivals }: RunOptions,
  ratePerSecond: number,
  durationMs: number,
): StepSpec {
  return {
    planned: { ...common, arrivals, ratePerSecond, measuredMs: durationMs },
    pace: { loop: 'open', arrivals, ratePerSecond, durationMs },
  }
}

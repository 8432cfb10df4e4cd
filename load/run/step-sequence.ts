import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { RunOptions } from '../command-line/options'
import type { PlannedStep, StepSequence, StepSpec } from '../load-plan'
import type { Channel } from '../results'
import { searchHighestRate } from './search-highest-rate'

/** The name of a step; unique in a run. */
function stepName(channel: Channel, repetition: number): string {
  return `${channel} ${repetition}`
}

/** The steps that are known before the measurement: none for a search. */
export function plannedSteps(options: RunOptions): readonly StepSpec[] {
  const { pattern, channels, warmupMs } = options
  if (pattern.kind === 'search') return []
  const rounds = pattern.kind === 'clients' ? pattern.clients.length : pattern.repetitions
  const orders = shuffledRounds(channels, rounds, options.seed)
  return orders.flatMap((order, round) =>
    order.map((channel) => {
      const common = { name: stepName(channel, round + 1), channel, repetition: round + 1, warmupMs }
      if (pattern.kind === 'repeated') return openStep(common, options, pattern.ratePerSecond, pattern.durationMs)
      const clients = pattern.clients[round] ?? 1
      return {
        planned: { ...common, arrivals: 'closed', clients },
        pace: { loop: 'closed', clients, requestsPerClient: pattern.requestsPerClient },
      }
    }),
  )
}

export function* stepSequence(options: RunOptions): StepSequence {
  const { pattern, channels, objectives, warmupMs, seed } = options
  if (pattern.kind !== 'search') {
    for (const step of plannedSteps(options)) yield step
    return
  }
  for (const channel of shuffledRounds(channels, 1, seed).flat()) {
    let probes = 0
    const probe = (ratePerSecond: number) => {
      probes += 1
      const common = { name: stepName(channel, probes), channel, repetition: probes, warmupMs }
      return openStep(common, options, ratePerSecond, pattern.durationMs)
    }
    yield* searchHighestRate(probe, pattern.ratePerSecond, objectives)
  }
}

/**
 * Every channel once per round, in a random order per round. Effects that change during a run, such as a cache that
 * fills, then affect all channels alike.
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

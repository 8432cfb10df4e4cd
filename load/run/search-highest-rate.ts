import type { Objectives } from '../command-line/options'
import type { StepSequence, StepSpec } from '../load-plan'
import type { SaturationPoint, StepResult } from '../results'
import { checkObjectives } from '../verdict/objectives'
import { OVERLOAD } from './goodput'

const GROWTH = 2
/** The search ends when the highest rate is known to within this share. */
const PRECISION = 0.1
const MAX_PROBES = 12
/** A shop that does not even hold this fraction of the first rate has other problems than its capacity. */
const GIVE_UP_BELOW = 16
const MAX_RATE = 50_000
/** The accepted share that counts as keeping up; the rest allows for rounding in a short step. */
const KEEPS_UP_FROM = 0.98

/** Searches the highest rate that holds, and then measures what the shop accepts at twice this rate. */
export function* searchHighestRate(
  probe: (ratePerSecond: number) => StepSpec,
  startAt: number,
  objectives: Objectives,
): StepSequence {
  const held = yield* search(probe, startAt, objectives)
  if (held > 0 && held * OVERLOAD <= MAX_RATE) yield probe(held * OVERLOAD)
}

/** Doubles the rate until it does not hold, then bisects between the highest that held and the lowest that did not. */
function* search(
  probe: (ratePerSecond: number) => StepSpec,
  startAt: number,
  objectives: Objectives,
): Generator<StepSpec, number, StepResult> {
  let held = 0
  let failed = Number.POSITIVE_INFINITY
  let rate = startAt
  for (let probes = 0; probes < MAX_PROBES && rate <= MAX_RATE; probes++) {
    let result = yield probe(rate)
    // The machine may have been busy for a moment: try once more.
    if (isLimitedByGenerator(result, objectives)) result = yield probe(rate)
    if (holds(result, objectives)) held = rate
    else failed = rate
    const isFound = Number.isFinite(failed) && failed - held <= PRECISION * failed
    if (isFound || failed < startAt / GIVE_UP_BELOW) return held
    rate = Number.isFinite(failed) ? Math.round((held + failed) / 2) : rate * GROWTH
  }
  return held
}

export function saturationPointOf(step: StepResult, objectives: Objectives): SaturationPoint {
  const { requests, rates, latencies } = step
  return {
    channel: step.channel,
    ratePerSecond: step.ratePerSecond ?? 0,
    acceptedPerSecond: rates.acceptedPerSecond,
    responseP99Ms: latencies.response.p99Ms,
    commitP99Ms: latencies.commit.p99Ms,
    failedShare: requests.offered === 0 ? 0 : (requests.failed + requests.dropped) / requests.offered,
    holds: holds(step, objectives),
    ...(isLimitedByGenerator(step, objectives) && { limitedByGenerator: true as const }),
  }
}

/** If the generator could not keep up, nobody knows whether the shop could. */
function holds(step: StepResult, objectives: Objectives): boolean {
  return step.generator.isValid && shopHolds(step, objectives)
}

/** The shop met the objectives, but the generator could not keep up: the limit is that of the generator. */
function isLimitedByGenerator(step: StepResult, objectives: Objectives): boolean {
  return !step.generator.isValid && shopHolds(step, objectives)
}

function shopHolds(step: StepResult, objectives: Objectives): boolean {
  const { offeredPerSecond, acceptedPerSecond } = step.rates
  const keptUp = acceptedPerSecond >= KEEPS_UP_FROM * offeredPerSecond
  return keptUp && checkObjectives(step, objectives).every((objective) => objective.holds)
}

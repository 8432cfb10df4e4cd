import type { Objectives } from '../command-line/options'
import type { Course, StepSpec } from '../load-plan'
import type { SaturationPoint, StepResult } from '../results'
import { meets } from '../verdict/objectives'

const STEEPNESS = 2
/** The highest rate is known to within this share. */
const PRECISION = 0.1
const MOST_PROBES = 12
/** A shop that holds not even this part of the first rate has another problem than its capacity. */
const GIVE_UP_BELOW = 16
const HIGHEST_RATE = 50_000
/** What is accepted may fall behind what is offered by so much; the rest is the rounding of a short step. */
const KEPT_UP = 0.98

/** Doubles the rate until it does not hold, then halves the distance between the highest that held and the lowest not. */
export function* searchHighestRate(
  probe: (ratePerSecond: number) => StepSpec,
  startAt: number,
  objectives: Objectives,
): Course {
  let held = 0
  let failed = Number.POSITIVE_INFINITY
  let rate = startAt
  for (let probes = 0; probes < MOST_PROBES && rate <= HIGHEST_RATE; probes++) {
    let result = yield probe(rate)
    // A busy moment of the machine is no limit: asked once more.
    if (generatorGaveOut(result, objectives)) result = yield probe(rate)
    if (holds(result, objectives)) held = rate
    else failed = rate
    const isFound = Number.isFinite(failed) && failed - held <= PRECISION * failed
    if (isFound || failed < startAt / GIVE_UP_BELOW) return
    rate = Number.isFinite(failed) ? Math.round((held + failed) / 2) : rate * STEEPNESS
  }
}

export function saturationPointOf(step: StepResult, objectives: Objectives): SaturationPoint {
  const { requests, rates, latencies } = step
  return {
    channel: step.channel,
    ratePerSecond: step.ratePerSecond ?? 0,
    acceptedPerSecond: rates.acceptedPerSecond,
    responseP99Ms: latencies.response.p99Ms,
    committedP99Ms: latencies.committed.p99Ms,
    failedShare: requests.offered === 0 ? 0 : (requests.failed + requests.dropped) / requests.offered,
    holds: holds(step, objectives),
    ...(generatorGaveOut(step, objectives) && { generatorGaveOut: true as const }),
  }
}

/** A generator that could not keep up has not shown that the shop can. */
function holds(step: StepResult, objectives: Objectives): boolean {
  return step.generator.isValid && shopHolds(step, objectives)
}

/** All would have held, had the generator been in time: the limit that was found is its own. */
function generatorGaveOut(step: StepResult, objectives: Objectives): boolean {
  return !step.generator.isValid && shopHolds(step, objectives)
}

function shopHolds(step: StepResult, objectives: Objectives): boolean {
  const { offeredPerSecond, acceptedPerSecond } = step.rates
  const keptUp = acceptedPerSecond >= KEPT_UP * offeredPerSecond
  return keptUp && meets(step, objectives).every((objective) => objective.holds)
}

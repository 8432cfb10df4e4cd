import type { Sample } from '../load-plan'
import type { Phase, Second, ShopSample } from '../results'
import { type MeasuredStep, momentsOf } from './measured-step'
import { nearestRank } from './quantile'

const SECOND_US = 1_000_000
/** A day: a wrong clock must not create an endless series. */
const LONGEST_S = 86_400

/** The step second by second, from the start of the warm-up to its last event. */
export function secondsOf(step: MeasuredStep): Second[] {
  const buckets = new Buckets(-step.planned.warmupMs * 1_000)
  buckets.at(step.measuredMs * 1_000 - 1)
  for (const sample of step.samples) if (sample.kind === 'order') fill(buckets, step, sample)
  for (const { atMs, sample } of step.readings) {
    const atUs = (atMs - step.zeroMs) * 1_000
    if (buckets.has(atUs)) buckets.at(atUs).shop = sample
  }
  let inFlight = 0
  let backlog = 0
  return buckets.all.map((bucket, second) => {
    inFlight += bucket.sent - bucket.done
    backlog += bucket.acceptedByShop - bucket.committed
    return {
      second,
      phase: phaseAt(buckets.middleUs(second), step.measuredMs * 1_000),
      offered: bucket.offered,
      sent: bucket.sent,
      accepted: bucket.accepted,
      committed: bucket.committed,
      failed: bucket.failed,
      inFlight,
      backlog,
      ...percentiles(bucket.responsesMs, (p50, p99) => ({ responseP50Ms: p50, responseP99Ms: p99 })),
      ...percentiles(bucket.commitsMs, (p50, p99) => ({ commitP50Ms: p50, commitP99Ms: p99 })),
      ...(bucket.shop !== undefined && { shop: bucket.shop }),
    }
  })
}

function fill(buckets: Buckets, step: MeasuredStep, { dueUs, sentUs, doneUs, outcome, orderId }: Sample): void {
  buckets.at(dueUs).offered += 1
  if (outcome === 'dropped') return
  buckets.at(sentUs).sent += 1
  const done = buckets.at(doneUs)
  done.done += 1
  if (outcome === 'failed') done.failed += 1
  else done.responsesMs.push((doneUs - dueUs) / 1_000)
  if (outcome !== 'accepted' || orderId === undefined) return
  done.accepted += 1
  const { acceptedUs = doneUs, committedUs } = momentsOf(step, orderId)
  buckets.at(acceptedUs).acceptedByShop += 1
  if (committedUs === undefined) return
  const committed = buckets.at(committedUs)
  committed.committed += 1
  committed.commitsMs.push(Math.max(0, committedUs - dueUs) / 1_000)
}

interface Bucket {
  offered: number
  sent: number
  done: number
  accepted: number
  /** Accepted at this time of the shop's clock; the backlog is computed from it. */
  acceptedByShop: number
  committed: number
  failed: number
  readonly responsesMs: number[]
  readonly commitsMs: number[]
  shop?: ShopSample
}

/** One bucket per second from the start. Buckets are created up to the latest second that is used. */
class Buckets {
  readonly all: Bucket[] = []

  constructor(private readonly startUs: number) {}

  has(us: number): boolean {
    return us >= this.startUs && us < this.startUs + this.all.length * SECOND_US
  }

  at(us: number): Bucket {
    const index = Math.min(LONGEST_S - 1, Math.max(0, Math.floor((us - this.startUs) / SECOND_US)))
    for (let length = this.all.length; length <= index; length++) this.all.push(emptyBucket())
    return this.all[index] ?? emptyBucket()
  }

  middleUs(index: number): number {
    return this.startUs + (index + 0.5) * SECOND_US
  }
}

function emptyBucket(): Bucket {
  const counts = { offered: 0, sent: 0, done: 0, accepted: 0, acceptedByShop: 0, committed: 0, failed: 0 }
  return { ...counts, responsesMs: [], commitsMs: [] }
}

function phaseAt(us: number, measuredUs: number): Phase {
  if (us < 0) return 'warm-up'
  return us < measuredUs ? 'measured' : 'drain'
}

function percentiles<Members>(values: readonly number[], name: (p50: number, p99: number) => Members) {
  const sorted = Float64Array.from(values).sort()
  const [p50, p99] = [nearestRank(sorted, 0.5), nearestRank(sorted, 0.99)]
  return p50 === undefined || p99 === undefined ? {} : name(p50, p99)
}

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator'
import { type LoadPlan, type OpenPace, REQUEST_KINDS } from '../load-plan'
import { type ChosenRequest, randomStream, requestChooser } from './choose-request'

/** Which request is due when, decided before the first request is sent. */
export class Schedule {
  constructor(
    /** In ascending order; time 0 is the end of the warm-up. */
    readonly dueMs: Float64Array,
    private readonly kinds: Uint8Array,
    private readonly productIds: Float64Array,
    private readonly users: Uint32Array,
    private readonly picks: Float64Array,
  ) {}

  get length(): number {
    return this.dueMs.length
  }

  at(index: number): ChosenRequest {
    return {
      kind: REQUEST_KINDS[this.kinds[index] ?? 0] ?? 'order',
      productId: this.productIds[index] ?? 0,
      user: this.users[index] ?? 0,
      pick: this.picks[index] ?? 0,
    }
  }

  /** Every `threads`-th request, starting with number `thread`. All shares together are the schedule. */
  share(thread: number, threads: number): Schedule {
    const mine = (_: number, index: number) => index % threads === thread
    return new Schedule(
      this.dueMs.filter(mine),
      this.kinds.filter(mine),
      this.productIds.filter(mine),
      this.users.filter(mine),
      this.picks.filter(mine),
    )
  }
}

/** Depends only on the plan, not on the number of threads. */
export function scheduleOf({ warmupMs, traffic, seed }: LoadPlan, pace: OpenPace): Schedule {
  const spanMs = warmupMs + pace.durationMs
  const offsetsMs =
    pace.arrivals === 'uniform'
      ? uniformArrivals(pace.ratePerSecond, spanMs)
      : poissonArrivals(pace.ratePerSecond, spanMs, randomStream(seed, 0))
  const count = offsetsMs.length
  const productIds = new Float64Array(count)
  const kinds = new Uint8Array(count)
  const users = new Uint32Array(count)
  const picks = new Float64Array(count)
  const choose = requestChooser(traffic, randomStream(seed, 1))
  for (let index = 0; index < count; index++) {
    const { kind, productId, user, pick } = choose()
    kinds[index] = REQUEST_KINDS.indexOf(kind)
    productIds[index] = productId
    users[index] = user
    picks[index] = pick
  }
  return new Schedule(
    offsetsMs.map((offsetMs) => offsetMs - warmupMs),
    kinds,
    productIds,
    users,
    picks,
  )
}

function uniformArrivals(ratePerSecond: number, spanMs: number): Float64Array {
  const count = Math.ceil((spanMs * ratePerSecond) / 1000)
  return Float64Array.from({ length: count }, (_, index) => (index * 1000) / ratePerSecond)
}

/** Independent arrivals: the gaps are exponentially distributed, and the count varies by its square root. */
function poissonArrivals(ratePerSecond: number, spanMs: number, random: JumpableRandomGenerator): Float64Array {
  const arrivalsMs: number[] = []
  const meanGapMs = 1000 / ratePerSecond
  const gapMs = () => -Math.log(1 - uniformFloat64(random)) * meanGapMs
  for (let atMs = gapMs(); atMs < spanMs; atMs += gapMs()) arrivalsMs.push(atMs)
  return Float64Array.from(arrivalsMs)
}

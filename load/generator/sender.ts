import type { LoadPlan, RequestKind } from '../load-plan'
import type { ChosenRequest } from './choose-request'
import { Client, type Exchange } from './http/client'
import { RequestTexts, readBaseUrl } from './http/request-texts'
import { KnownOrders } from './known-orders'
import { type Judged, judge } from './outcome'
import { SampleRecorder } from './sample-recorder'
import type { SampleColumns } from './samples'
import type { StepClock } from './step-clock'

/** Counts since the start, and what came in since the last report. */
export interface Tally {
  readonly offered: number
  readonly sent: number
  readonly accepted: number
  readonly refused: number
  readonly failed: number
  readonly dropped: number
  readonly inFlight: number
  readonly recentResponseMs: Float64Array
}

/** @param isAnswered whether there was an answer, of whatever kind; if not, it may have been called at once */
type Settled = (isAnswered: boolean) => void

interface SentRequest extends Exchange {
  readonly kind: RequestKind
  readonly dueMs: number
  readonly takenMs: number
  readonly settled: Settled
}

/** What one thread sends and records. */
export class Sender {
  readonly #plan: LoadPlan
  readonly #maxInFlight: number
  readonly #clock: StepClock
  readonly #client: Client<SentRequest>
  readonly #texts: RequestTexts
  readonly #recorder = new SampleRecorder()
  readonly #known = new KnownOrders()
  readonly #counts = { offered: 0, accepted: 0, refused: 0, failed: 0, dropped: 0 }
  #recentResponseMs: number[] = []
  #drained: (() => void) | undefined

  /** @param limits the share of this thread */
  constructor(
    plan: LoadPlan,
    limits: { readonly connections: number; readonly maxInFlight: number },
    clock: StepClock,
  ) {
    this.#plan = plan
    this.#maxInFlight = limits.maxInFlight
    this.#clock = clock
    this.#texts = new RequestTexts(plan.url, plan.traffic.channel, plan.traffic.userPrefix)
    this.#client = new Client({
      target: readBaseUrl(plan.url).target,
      connections: limits.connections,
      connectTimeoutMs: plan.timeoutMs,
      clock,
      answered: (request, status, bodyStart) => {
        this.#finish(request, judge(request.kind === 'order', status, bodyStart))
        request.settled(true)
      },
      failed: (request, failure) => {
        this.#finish(request, { outcome: 'failed', cause: failure })
        request.settled(false)
      },
    })
  }

  /** Sends the request, or drops it when too many are in flight. */
  take(chosen: ChosenRequest, dueMs: number, settled: Settled): void {
    const takenMs = this.#clock()
    this.#counts.offered++
    if (this.#client.inFlight >= this.#maxInFlight) {
      this.#drop(chosen.kind, dueMs, takenMs)
      settled(false)
      return
    }
    const { kind, text } = this.#compose(chosen)
    this.#client.submit({ kind, text, dueMs, takenMs, deadlineMs: dueMs + this.#plan.timeoutMs, settled })
  }

  /** Resolves when nothing is in flight, which the time limit of the requests bounds. */
  async drained(): Promise<void> {
    if (this.#client.inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
    }
  }

  /** Counts, and the response times since the last call. */
  tally(): Tally {
    const recentResponseMs = Float64Array.from(this.#recentResponseMs)
    this.#recentResponseMs = []
    return { ...this.#counts, sent: this.#client.sent, inFlight: this.#client.inFlight, recentResponseMs }
  }

  /** Fails what is still in flight. Take nothing more. */
  close(): SampleColumns {
    this.#client.close()
    return this.#recorder.finish()
  }

  #compose({ kind, productId, user, pick }: ChosenRequest): { kind: RequestKind; text: string } {
    if (kind === 'browse') return { kind, text: this.#texts.browse }
    if (kind !== 'order') {
      const order = kind === 'cancel' ? this.#known.take(pick) : this.#known.choose(pick)
      if (order !== undefined) return { kind, text: this.#texts[kind](this.#recorder.orderId(order)) }
    }
    return { kind: 'order', text: this.#texts.order(user, productId) }
  }

  #drop(kind: RequestKind, dueMs: number, takenMs: number): void {
    this.#counts.dropped++
    const takenUs = toUs(takenMs)
    this.#recorder.record({
      kind,
      dueUs: toUs(dueMs),
      takenUs,
      sentUs: takenUs,
      doneUs: takenUs,
      outcome: 'dropped',
    })
  }

  #finish({ kind, dueMs, takenMs, sentMs }: SentRequest, judged: Judged): void {
    const doneMs = this.#clock()
    const sample = this.#recorder.record({
      kind,
      dueUs: toUs(dueMs),
      takenUs: toUs(takenMs),
      sentUs: toUs(sentMs ?? doneMs),
      doneUs: toUs(doneMs),
      ...judged,
    })
    this.#counts[judged.outcome]++
    this.#recentResponseMs.push(doneMs - dueMs)
    if (judged.orderId !== undefined) this.#known.add(sample)
    if (this.#client.inFlight === 0) this.#drained?.()
  }
}

function toUs(ms: number): number {
  return Math.round(ms * 1000)
}

import type { LoadPlan, RequestKind } from '../load-plan'
import type { ChosenRequest } from './choose-request'
import { Client, type Exchange } from './http/client'
import { RequestTexts, readBaseUrl } from './http/request-texts'
import { KnownOrders } from './known-orders'
import { type ClassifiedResponse, classifyResponse } from './outcome'
import { SampleRecorder } from './sample-recorder'
import type { SampleColumns } from './samples'
import type { StepClock } from './step-clock'

/** Counts since the start, and response times since the last report. */
export interface Tally {
  readonly offered: number
  readonly sent: number
  readonly accepted: number
  readonly refused: number
  readonly failed: number
  readonly dropped: number
  readonly inFlight: number
  readonly recentResponseMs: Float64Array
  /** Counts after the warm-up, and the send delays of these requests since the last report. */
  readonly measured: { readonly offered: number; readonly dropped: number; readonly recentSendDelayMs: Float64Array }
}

/** @param hasResponse whether there was a response of any kind. Without one, the call may be synchronous. */
type Settled = (hasResponse: boolean) => void

interface SentRequest extends Exchange {
  readonly kind: RequestKind
  readonly dueMs: number
  readonly startedMs: number
  readonly settled: Settled
}

/** A response, or the failure of a request that got none. */
type Classified = Omit<ClassifiedResponse, 'status'> & { readonly status?: number }

/** Sends the requests of one thread and records their outcomes. */
export class Sender {
  readonly #plan: LoadPlan
  readonly #maxInFlight: number
  readonly #clock: StepClock
  readonly #client: Client<SentRequest>
  #texts: RequestTexts
  readonly #recorder = new SampleRecorder()
  readonly #known = new KnownOrders()
  readonly #counts = { offered: 0, accepted: 0, refused: 0, failed: 0, dropped: 0 }
  readonly #measured = { offered: 0, dropped: 0 }
  #recentResponseMs: number[] = []
  #recentSendDelayMs: number[] = []
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
    this.#texts = new RequestTexts(plan.url, plan.traffic.channel, plan.traffic.userPrefix, plan.authorization)
    this.#client = new Client({
      target: readBaseUrl(plan.url).target,
      connections: limits.connections,
      connectTimeoutMs: plan.timeoutMs,
      clock,
      responded: (request, response) => {
        this.#finish(request, classifyResponse(request.kind === 'order', response))
        request.settled(true)
      },
      failed: (request, failure) => {
        this.#finish(request, { outcome: 'failed', cause: failure })
        request.settled(false)
      },
    })
  }

  /** Changes the header Authorization of the requests from now on. */
  authorize(authorization: string): void {
    const { url, traffic } = this.#plan
    this.#texts = new RequestTexts(url, traffic.channel, traffic.userPrefix, authorization)
  }

  /** Sends the request, or drops it when too many are in flight. */
  offer(chosen: ChosenRequest, dueMs: number, settled: Settled): void {
    const startedMs = this.#clock()
    this.#counts.offered++
    if (dueMs >= 0) {
      this.#measured.offered++
      this.#recentSendDelayMs.push(startedMs - dueMs)
    }
    if (this.#client.inFlight >= this.#maxInFlight) {
      this.#drop(chosen.kind, dueMs, startedMs)
      settled(false)
      return
    }
    const { kind, text } = this.#compose(chosen)
    this.#client.submit({ kind, text, dueMs, startedMs, deadlineMs: dueMs + this.#plan.timeoutMs, settled })
  }

  /** Resolves when no request is in flight; the timeout of the requests limits the wait. */
  async drained(): Promise<void> {
    if (this.#client.inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
    }
  }

  /** The counts since the start, and the response times since the last call. */
  tally(): Tally {
    const recentResponseMs = Float64Array.from(this.#recentResponseMs)
    const measured = { ...this.#measured, recentSendDelayMs: Float64Array.from(this.#recentSendDelayMs) }
    this.#recentResponseMs = []
    this.#recentSendDelayMs = []
    return { ...this.#counts, sent: this.#client.sent, inFlight: this.#client.inFlight, recentResponseMs, measured }
  }

  /** Fails the requests in flight. Offer no more requests afterwards. */
  close(): SampleColumns {
    this.#client.close()
    return this.#recorder.finish()
  }

  #compose({ kind, productId, user, pick }: ChosenRequest): { kind: RequestKind; text: string } {
    if (kind === 'browse') return { kind, text: this.#texts.browse }
    if (kind !== 'order') {
      const order = kind === 'cancel' ? this.#known.remove(pick) : this.#known.choose(pick)
      if (order !== undefined) return { kind, text: this.#texts[kind](this.#recorder.orderId(order)) }
    }
    return { kind: 'order', text: this.#texts.order(user, productId) }
  }

  #drop(kind: RequestKind, dueMs: number, startedMs: number): void {
    this.#counts.dropped++
    if (dueMs >= 0) this.#measured.dropped++
    const startedUs = toUs(startedMs)
    this.#recorder.record({
      kind,
      dueUs: toUs(dueMs),
      startedUs,
      sentUs: startedUs,
      doneUs: startedUs,
      outcome: 'dropped',
    })
  }

  #finish({ kind, dueMs, startedMs, sentMs }: SentRequest, classified: Classified): void {
    const doneMs = this.#clock()
    const sample = this.#recorder.record({
      kind,
      dueUs: toUs(dueMs),
      startedUs: toUs(startedMs),
      sentUs: toUs(sentMs ?? doneMs),
      doneUs: toUs(doneMs),
      ...classified,
    })
    this.#counts[classified.outcome]++
    this.#recentResponseMs.push(doneMs - dueMs)
    if (classified.orderId !== undefined) this.#known.add(sample)
    if (this.#client.inFlight === 0) this.#drained?.()
  }
}

function toUs(ms: number): number {
  return Math.round(ms * 1000)
}

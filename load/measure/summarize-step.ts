import { summarizeLatency } from '../generator/latency'
import type { RequestKind } from '../load-plan'
import type { Latencies, OtherRequests, RequestCounts, Stages, StepResult } from '../results'
import { addCounts, RequestCounter } from './count-requests'
import { type MeasuredStep, momentsOf, type OrderMoments } from './measured-step'
import { median } from './quantile'
import { secondsOf } from './series'

/** The result of a step, and the values that are needed to summarize several steps without averaging percentiles. */
export interface StepSummary {
  readonly result: StepResult
  readonly values: StepValues
}

/** The measured values of each order in microseconds, and of all other requests. */
export interface StepValues {
  readonly responseUs: readonly number[]
  readonly serviceUs: readonly number[]
  readonly commitUs: readonly number[]
  readonly dueToAcceptedUs: readonly number[]
  readonly acceptedToConsumedUs: readonly number[]
  readonly consumedToCommittedUs: readonly number[]
  readonly others: readonly OtherValues[]
}

export interface OtherValues {
  readonly kind: Exclude<RequestKind, 'order'>
  readonly requests: RequestCounts
  readonly responseUs: readonly number[]
}

export function summarizeStep(step: MeasuredStep): StepSummary {
  const { planned, measuredMs, zeroMs, health } = step
  const { requests, values, inWindow } = gather(step)
  const perSecond = (count: number) => (measuredMs === 0 ? 0 : (count * 1_000) / measuredMs)
  const result: StepResult = {
    name: planned.name,
    channel: planned.channel,
    repetition: planned.repetition,
    startedAt: new Date(zeroMs - planned.warmupMs).toISOString(),
    arrivals: planned.arrivals,
    ...(planned.ratePerSecond !== undefined && { ratePerSecond: planned.ratePerSecond }),
    ...(planned.clients !== undefined && { clients: planned.clients }),
    warmupMs: planned.warmupMs,
    measuredMs,
    drainMs: drainOf(step),
    requests,
    rates: {
      offeredPerSecond: perSecond(requests.offered),
      acceptedPerSecond: perSecond(inWindow.accepted),
      committedPerSecond: perSecond(inWindow.committed),
    },
    latencies: latenciesOf([values]),
    generator: health,
    series: secondsOf(step),
  }
  return { result, values }
}

/** The latencies over the orders of all steps together. */
export function latenciesOf(all: readonly StepValues[]): Latencies {
  return {
    response: summarizeLatency(all.flatMap(({ responseUs }) => responseUs)),
    service: summarizeLatency(all.flatMap(({ serviceUs }) => serviceUs)),
    commit: summarizeLatency(all.flatMap(({ commitUs }) => commitUs)),
  }
}

export function stagesOf(all: readonly StepValues[]): Stages {
  const medianMs = (values: readonly number[]) => (values.length === 0 ? 0 : median(values) / 1_000)
  return {
    dueToAcceptedMs: medianMs(all.flatMap(({ dueToAcceptedUs }) => dueToAcceptedUs)),
    acceptedToConsumedMs: medianMs(all.flatMap(({ acceptedToConsumedUs }) => acceptedToConsumedUs)),
    consumedToCommittedMs: medianMs(all.flatMap(({ consumedToCommittedUs }) => consumedToCommittedUs)),
  }
}

/** Undefined if only orders were sent. */
export function othersOf(all: readonly StepValues[]): readonly OtherRequests[] | undefined {
  const kinds = new Set(all.flatMap(({ others }) => others.map(({ kind }) => kind)))
  if (kinds.size === 0) return undefined
  return [...kinds].map((kind) => {
    const ofKind = all.flatMap(({ others }) => others.filter((other) => other.kind === kind))
    return {
      kind,
      requests: addCounts(ofKind.map(({ requests }) => requests)),
      response: summarizeLatency(ofKind.flatMap(({ responseUs }) => responseUs)),
    }
  })
}

/** Collects values in one pass. Of the warm-up, only acceptances and commits after its end count, for the rates. */
function gather(step: MeasuredStep) {
  const orders = new RequestCounter()
  const others = new Map<OtherValues['kind'], { counter: RequestCounter; responseUs: number[] }>()
  const values = {
    responseUs: [] as number[],
    serviceUs: [] as number[],
    commitUs: [] as number[],
    dueToAcceptedUs: [] as number[],
    acceptedToConsumedUs: [] as number[],
    consumedToCommittedUs: [] as number[],
  }
  const inWindow = { accepted: 0, committed: 0 }
  const isInWindow = (us: number | undefined) => us !== undefined && us >= 0 && us < step.measuredMs * 1_000

  for (const sample of step.samples) {
    const { kind, dueUs, sentUs, doneUs, outcome, orderId } = sample
    const hasResponse = outcome === 'accepted' || outcome === 'refused'
    const isMeasured = dueUs >= 0
    if (kind !== 'order') {
      if (!isMeasured) continue
      const other = others.get(kind) ?? { counter: new RequestCounter(), responseUs: [] }
      others.set(kind, other)
      other.counter.add(sample)
      if (hasResponse) other.responseUs.push(doneUs - dueUs)
      continue
    }
    const moments = outcome === 'accepted' && orderId !== undefined ? momentsOf(step, orderId) : {}
    if (outcome === 'accepted' && isInWindow(doneUs)) inWindow.accepted += 1
    if (isInWindow(moments.committedUs)) inWindow.committed += 1
    if (!isMeasured) continue
    orders.add(sample)
    if (!hasResponse) continue
    values.responseUs.push(doneUs - dueUs)
    values.serviceUs.push(doneUs - sentUs)
    addStages(values, dueUs, moments)
  }
  const otherValues = [...others].map(([kind, { counter, responseUs }]) => ({
    kind,
    requests: counter.counts,
    responseUs,
  }))
  return { requests: orders.counts, values: { ...values, others: otherValues }, inWindow }
}

/**
 * The shop's clock has whole milliseconds, so an order that is due and processed within one may seem to be processed
 * before it was due. If the shop does not report consumption, all time after acceptance counts as time in the broker.
 */
function addStages(
  values: Record<'commitUs' | 'dueToAcceptedUs' | 'acceptedToConsumedUs' | 'consumedToCommittedUs', number[]>,
  dueUs: number,
  { acceptedUs, committedUs, consumedUs = committedUs }: OrderMoments,
): void {
  const between = (from: number, to: number) => Math.max(0, to - from)
  if (acceptedUs === undefined || consumedUs === undefined || committedUs === undefined) return
  values.commitUs.push(between(dueUs, committedUs))
  values.dueToAcceptedUs.push(between(dueUs, acceptedUs))
  values.acceptedToConsumedUs.push(between(acceptedUs, consumedUs))
  values.consumedToCommittedUs.push(between(consumedUs, committedUs))
}

function drainOf({ recorded, zeroMs, measuredMs, gaveUpAtMs }: MeasuredStep): number {
  const endMs = zeroMs + measuredMs
  let lastMs = gaveUpAtMs ?? endMs
  for (const { committedAtMs } of recorded.values()) lastMs = Math.max(lastMs, committedAtMs)
  return Math.max(0, lastMs - endMs)
}

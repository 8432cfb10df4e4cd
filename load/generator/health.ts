import { formatAgainst, formatLatency, formatShare } from '@ecommerce/look/format'
import type { GeneratorHealth } from '../results'
import { summarizeLatency } from './latency'
import { OUTCOMES, type SampleColumns } from './samples'

/** Beyond one of these limits, the figures describe the generator and not the shop. */
export const VALIDITY_LIMITS = { sendDelayP99Ms: 10, eventLoopP99Ms: 10, droppedShare: 0.001 } as const

const DROPPED = OUTCOMES.indexOf('dropped')

/** The health after the warm-up. The delay of a request does not include its wait for a connection. */
export function healthOf(
  parts: readonly SampleColumns[],
  measured: Pick<GeneratorHealth, 'cpuPercent' | 'eventLoopP99Ms'>,
): GeneratorHealth {
  const sendDelay = summarizeLatency(sendDelaysUs(parts))
  const droppedShare = sendDelay.count === 0 ? 0 : droppedOf(parts) / sendDelay.count
  const health = { sendDelayP99Ms: sendDelay.p99Ms, sendDelayMaxMs: sendDelay.maxMs, droppedShare, ...measured }
  const reason = reasonForInvalidity(sendDelay.count, health)
  return { isValid: reason === undefined, ...(reason !== undefined && { reason }), ...health }
}

/** The figures that decide whether a measurement is valid. */
export type ValidityFigures = Pick<GeneratorHealth, keyof typeof VALIDITY_LIMITS>

/** @returns undefined if the measurement is valid so far */
export function reasonForInvalidity(count: number, measured: ValidityFigures): string | undefined {
  if (count === 0) return 'no request was due after the warm-up'
  const limits = VALIDITY_LIMITS
  if (measured.sendDelayP99Ms > limits.sendDelayP99Ms) {
    return `the generator sent requests late: p99 of the send delay ${beyond('sendDelayP99Ms', measured, formatLatency)}`
  }
  if (measured.droppedShare > limits.droppedShare) {
    return `the generator dropped requests because too many were in flight: ${beyond('droppedShare', measured, formatShare)}`
  }
  if (measured.eventLoopP99Ms > limits.eventLoopP99Ms) {
    return `the generator read responses late: p99 of the event loop delay ${beyond('eventLoopP99Ms', measured, formatLatency)}`
  }
  return undefined
}

function beyond(figure: keyof ValidityFigures, measured: ValidityFigures, format: (value: number) => string): string {
  const limit = VALIDITY_LIMITS[figure]
  return `${formatAgainst(measured[figure], limit, format)} (limit: ${format(limit)})`
}

function* sendDelaysUs(parts: readonly SampleColumns[]): Iterable<number> {
  for (const { count, dueUs, startedUs } of parts) {
    for (let index = 0; index < count; index++) {
      const due = dueUs[index] ?? 0
      if (due >= 0) yield (startedUs[index] ?? 0) - due
    }
  }
}

function droppedOf(parts: readonly SampleColumns[]): number {
  let dropped = 0
  for (const { count, dueUs, outcomes } of parts) {
    for (let index = 0; index < count; index++) {
      if ((dueUs[index] ?? 0) >= 0 && outcomes[index] === DROPPED) dropped++
    }
  }
  return dropped
}

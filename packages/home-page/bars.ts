import { formatAxisMs } from '@ecommerce/look/format'
import { linearRange } from '@ecommerce/look/scales'
import type { Attempt } from './follow-order'

/** The parts of an order's timeline, in the order of the legend. */
export type Part = 'response' | 'toConsumed' | 'toCommitted' | 'elapsed'

export interface Bar {
  readonly part: Part
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The bars of one order. `response` begins when the browser sends the request; the others begin when the shop accepts the
 * order. `elapsed` stands for the stages of a pending order, as long as it does not make the scale useless.
 */
export function barsOf({ reply, timeline, state, isSlow }: Attempt, sinceReplyMs: number): Bar[] {
  // The bar of an order that was not accepted would only make the scale too long for the others.
  if (state === 'refused') return []
  const bars: Bar[] = []
  if (reply) bars.push({ part: 'response', fromMs: 0, toMs: reply.responseMs })
  const stages = timeline?.stages
  if (stages) {
    const { accepted_to_consumed_ms: consumedMs, accepted_to_committed_ms: committedMs } = stages
    bars.push({ part: 'toConsumed', fromMs: 0, toMs: consumedMs })
    bars.push({ part: 'toCommitted', fromMs: consumedMs, toMs: committedMs })
  } else if (state === 'pending' && isSlow !== true) {
    bars.push({ part: 'elapsed', fromMs: 0, toMs: sinceReplyMs })
  }
  return bars
}

export interface Scale {
  readonly topMs: number
  readonly ticks: readonly { readonly atMs: number; readonly label: string }[]
}

const SHORTEST_MS = 20
/** Every end of the scale is a round number that can be divided by five. */
const TICKS = 5

/** One scale for all orders, so that their bars can be compared. */
export function scaleOf(bars: readonly Bar[]): Scale {
  const [, topMs] = linearRange(
    bars.map(({ toMs }) => toMs),
    SHORTEST_MS,
  )
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => (topMs * index) / TICKS)
  return { topMs, ticks: ticks.map((atMs) => ({ atMs, label: `${formatAxisMs(atMs)} ms` })) }
}

import type { Progress } from '../generator/progress-meter'
import type { LiveProgress } from '../live/live-view'
import type { PlannedStep } from '../load-plan'
import type { Channel, ShopSample } from '../results'

export interface LiveTicker {
  /** @param progress counts since the start of the step */
  sending(progress: Progress): LiveProgress
  draining(): LiveProgress
}

/**
 * Creates the live progress from the reports of generator and shop: counts per second from counts since the start, and
 * the backlog from the gauge of the broker.
 */
export function liveTicker(
  { name, channel, warmupMs }: PlannedStep,
  shop: { readonly latest?: ShopSample | undefined },
): LiveTicker {
  let ofGenerator: Pick<LiveProgress, 'health'> = {}
  let last = { elapsedMs: 0, offered: 0, accepted: 0, refused: 0, failed: 0, dropped: 0 }
  const ofShop = () => {
    const backlog = backlogOf(channel, shop.latest)
    return { ...(shop.latest !== undefined && { shop: shop.latest }), ...(backlog !== undefined && { backlog }) }
  }
  return {
    sending(progress) {
      const { elapsedMs, inFlight, responseP50Ms, responseP99Ms, health, offered, accepted, refused, failed, dropped } =
        progress
      const since = last
      last = { elapsedMs, offered, accepted, refused, failed, dropped }
      if (health !== undefined) ofGenerator = { health }
      return {
        name,
        phase: elapsedMs <= warmupMs ? 'warm-up' : 'measured',
        elapsedMs,
        offered: offered - since.offered,
        accepted: accepted - since.accepted,
        refused: refused - since.refused,
        failed: failed - since.failed,
        dropped: dropped - since.dropped,
        inFlight,
        ...(responseP50Ms !== undefined && { responseP50Ms }),
        ...(responseP99Ms !== undefined && { responseP99Ms }),
        ...ofGenerator,
        ...ofShop(),
      }
    },
    draining() {
      last = { ...last, elapsedMs: last.elapsedMs + 1_000 }
      const nothing = { offered: 0, accepted: 0, refused: 0, failed: 0, dropped: 0, inFlight: 0 }
      return { name, phase: 'drain', elapsedMs: last.elapsedMs, ...nothing, ...ofGenerator, ...ofShop() }
    },
  }
}

function backlogOf(channel: Channel, sample: ShopSample | undefined): number | undefined {
  if (channel === 'kafka') return sample?.consumerLag
  return channel === 'rabbitmq' ? sample?.queueDepth : undefined
}

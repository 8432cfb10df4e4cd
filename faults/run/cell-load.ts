import { setTimeout as delay } from 'node:timers/promises'
import { type Generated, generate } from '../../load/generator/generate'
import type { Progress } from '../../load/generator/progress-meter'
import { CHANNELS, type Channel } from '../../load/results'
import type { StockedProduct } from '../../load/run/audited-stock'
import type { TimedRequest } from '../measure/timed-request'

export interface CellLoadOptions {
  readonly url: string
  readonly ratePerSecond: number
  readonly products: readonly StockedProduct[]
  readonly userPrefix: string
  readonly seed: number
  /** The load ends by itself after this time. */
  readonly atMostMs: number
}

/** Later than any promise, so that a late response is measured and not cut off. */
const TIMEOUT_MS = 25_000
const CONNECTIONS = 1_000
const MAX_IN_FLIGHT = 5_000
const POLL_MS = 100

interface ChannelLoad {
  readonly channel: Channel
  readonly generated: Promise<Generated>
  /** When the channel was last seen without an accepted order, or with a failure, by our clock. */
  troubledAtMs: number
  last: Pick<Progress, 'accepted' | 'refused' | 'failed'>
}

/** A steady load on all channels, which does not wait for responses. */
export class CellLoad {
  readonly startedMs = Date.now()
  readonly #stop = new AbortController()
  readonly #loads: readonly ChannelLoad[]

  constructor(options: CellLoadOptions) {
    this.#loads = CHANNELS.map((channel) => this.#start(channel, options))
  }

  /**
   * Waits until all requests of all channels have been accepted or refused by a rule for a while.
   * @returns whether that happened in time
   */
  async untilServedFor(quietMs: number, withinMs: number, signal: AbortSignal): Promise<boolean> {
    const startedMs = Date.now()
    while (!signal.aborted) {
      const nowMs = Date.now()
      if (this.#loads.every(({ troubledAtMs }) => nowMs - Math.max(startedMs, troubledAtMs) >= quietMs)) return true
      if (nowMs - startedMs > withinMs) return false
      await delay(POLL_MS)
    }
    return false
  }

  /** Ends the load. @throws if a sending thread has died */
  async stop(): Promise<readonly TimedRequest[]> {
    this.#stop.abort()
    const all = await Promise.all(
      this.#loads.map(async ({ channel, generated }) => ({ channel, ...(await generated) })),
    )
    return all.flatMap(({ channel, samples, startedAt }) => {
      const toMs = (us: number) => startedAt.getTime() + us / 1_000
      return Array.from(samples, ({ dueUs, sentUs, doneUs, outcome, status, cause, orderId }) => ({
        channel,
        dueMs: toMs(dueUs),
        sentMs: toMs(sentUs),
        doneMs: toMs(doneUs),
        outcome,
        ...(status !== undefined && { status }),
        ...(cause !== undefined && { cause }),
        ...(orderId !== undefined && { orderId }),
      }))
    })
  }

  #start(channel: Channel, options: CellLoadOptions): ChannelLoad {
    const load: ChannelLoad = {
      channel,
      troubledAtMs: Number.POSITIVE_INFINITY,
      last: { accepted: 0, refused: 0, failed: 0 },
      generated: generate(
        {
          url: options.url,
          pace: {
            loop: 'open',
            arrivals: 'uniform',
            ratePerSecond: options.ratePerSecond,
            durationMs: options.atMostMs,
          },
          warmupMs: 0,
          traffic: {
            channel,
            kinds: [{ kind: 'order', weight: 1 }],
            products: options.products,
            userPrefix: `${options.userPrefix}-${channel}`,
            users: 1_000,
          },
          seed: options.seed,
          workers: 1,
          connections: CONNECTIONS,
          maxInFlight: MAX_IN_FLIGHT,
          timeoutMs: TIMEOUT_MS,
        },
        { signal: this.#stop.signal, onProgress: (progress) => note(load, progress) },
      ),
    }
    // `stop` reports the failure.
    load.generated.catch(() => undefined)
    return load
  }
}

function note(load: ChannelLoad, { accepted, refused, failed }: Progress): void {
  const { last } = load
  const isServed = accepted + refused > last.accepted + last.refused && failed === last.failed
  if (!isServed) load.troubledAtMs = Date.now()
  else if (load.troubledAtMs === Number.POSITIVE_INFINITY) load.troubledAtMs = 0
  load.last = { accepted, refused, failed }
}

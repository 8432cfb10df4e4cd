import { readdirSync, readFileSync } from 'node:fs'
import type { Shop } from '../../load/shop/shop'
import { readShopSample } from '../../load/shop/shop-sample'
import type { RunningShop } from '../catalogue/fault'
import { type GrowthLimit, resourceTrend } from '../measure/resource-trend'
import type { ResourceTrend } from '../results'

const EVERY_MS = 10_000
const METRICS_WITHIN_MS = 5_000

const MEMORY: GrowthLimit = { share: 0.25, amount: 40_000_000 }
const OPEN_FILES: GrowthLimit = { share: 0.2, amount: 30 }
const OUTBOX: GrowthLimit = { share: 0, amount: 200 }

/** Reads what the shop uses while a long run lasts. Samples during which the shop does not respond are left out. */
export class ResourceSampler {
  readonly #memory: number[] = []
  readonly #openFiles: number[] = []
  readonly #outbox: number[] = []
  readonly #timer: NodeJS.Timeout

  constructor(
    private readonly runningShop: RunningShop,
    private readonly shop: Shop,
  ) {
    this.#timer = setInterval(() => void this.#take(), EVERY_MS)
  }

  stop(): readonly ResourceTrend[] {
    clearInterval(this.#timer)
    return [
      resourceTrend('memory', 'bytes', this.#memory, MEMORY),
      resourceTrend('open files', 'count', this.#openFiles, OPEN_FILES),
      resourceTrend('events in the outbox', 'count', this.#outbox, OUTBOX),
    ].filter(({ values }) => values.length > 0)
  }

  async #take(): Promise<void> {
    const { pid } = this.runningShop
    const used = usageOf(pid)
    if (used !== undefined) {
      this.#memory.push(used.residentBytes)
      this.#openFiles.push(used.openFiles)
    }
    const metrics = await this.shop.metrics(METRICS_WITHIN_MS)
    const outbox = metrics === undefined ? undefined : readShopSample(metrics, Date.now()).sample.outboxPending
    if (outbox !== undefined) this.#outbox.push(outbox)
  }
}

/** Undefined while the process does not run, and where there is no /proc. */
function usageOf(pid: number): { residentBytes: number; openFiles: number } | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    if (kilobytes === undefined) return undefined
    return { residentBytes: Number(kilobytes) * 1_024, openFiles: readdirSync(`/proc/${pid}/fd`).length }
  } catch {
    return undefined
  }
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startHostServer } from '../../test/host-server'
import { startOfflineServer } from '../../test/offline-server'
import type { ServerProcess } from '../../test/server-process'
import { anyFreePort } from '../../tools/local/free-port'

export const HOMES = ['host', 'offline'] as const
export type ShopHome = (typeof HOMES)[number]

const STEPPED_CLOCK = join(import.meta.dirname, 'stepped-clock.mjs')

/** Enough in flight and no log line per request, so that the figures are those of the shop. */
const SETTINGS = { LOG_LEVEL: 'warn' } as const

/** The shop under test: one process at one port, which may be started again. */
export class FaultShop {
  #process: ServerProcess
  /** What earlier processes have logged. */
  #earlierLog = ''

  /** @param settings lead to the servers */
  static async start(
    home: ShopHome,
    settings: Readonly<Record<string, string>>,
    clockFile: string,
  ): Promise<FaultShop> {
    writeFileSync(clockFile, '0')
    const port = await anyFreePort()
    const environment = {
      ...settings,
      ...SETTINGS,
      FAULTS_CLOCK_FILE: clockFile,
      NODE_OPTIONS: `--import=${STEPPED_CLOCK}`,
    }
    const start = () =>
      home === 'offline' ? startOfflineServer(environment, port) : startHostServer(environment, { port })
    return new FaultShop(await start(), start, clockFile)
  }

  private constructor(
    first: ServerProcess,
    private readonly startProcess: () => Promise<ServerProcess>,
    private readonly clockFile: string,
  ) {
    this.#process = first
  }

  get url(): string {
    return `http://127.0.0.1:${this.#process.port}`
  }

  get pid(): number {
    return this.#process.pid
  }

  /** Everything that the shop has logged so far. */
  get log(): string {
    return this.#earlierLog + this.#process.log
  }

  freeze(): void {
    process.kill(-this.pid, 'SIGSTOP')
  }

  thaw(): void {
    process.kill(-this.pid, 'SIGCONT')
  }

  async kill(): Promise<void> {
    await this.#process.kill()
  }

  /** Starts the shop at the same port after it has ended. */
  async startAgain(): Promise<void> {
    this.#earlierLog += this.#process.log
    this.#process = await this.startProcess()
  }

  /** Ends the shop as an operator would. */
  async stop(): Promise<void> {
    await this.#process.stop()
  }

  /** Moves the clock of the shop, forward or back. Timers are not affected, as with the clock of a real machine. */
  stepClock(byMs: number): void {
    writeFileSync(this.clockFile, String(byMs))
  }
}

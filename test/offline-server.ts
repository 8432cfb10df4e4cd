import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { anyFreePort } from '../infra/local/free-port'
import { childEnvironment } from '../infra/local/run'

const ROOT = join(import.meta.dirname, '..')
const PROGRAM = join(ROOT, 'node_modules', '.bin', 'serverless')
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 15_000
/** The log is for failure messages and for the tests of the log: a bound keeps a runaway server from filling memory. */
const LOG_LIMIT = 20_000_000

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The real `serverless offline start`, as a process of its own on a port of its own. */
export class OfflineServer {
  readonly url: string
  readonly port: number
  readonly #child: ChildProcess
  readonly #ended: Promise<Ending>
  #ending: Ending | undefined
  #log = ''

  /**
   * Starts it and returns when it answers.
   * @param environment settings that differ from those of this process
   * @param port that of a server that is gone, to take its place
   * @throws with the log when it ends, or does not answer in time
   */
  static async start(environment: Readonly<Record<string, string>> = {}, port?: number): Promise<OfflineServer> {
    const server = new OfflineServer(port ?? (await anyFreePort()), environment)
    await server.#untilAlive()
    return server
  }

  private constructor(port: number, environment: Readonly<Record<string, string>>) {
    this.port = port
    this.url = `http://localhost:${port}`
    this.#child = spawn(PROGRAM, ['offline', 'start', '--httpPort', String(port)], {
      cwd: ROOT,
      env: {
        ...childEnvironment(),
        LOG_LEVEL: 'info',
        SLS_LOG_LEVEL: 'warning',
        SLS_TELEMETRY_DISABLED: '1',
        SLS_NOTIFICATIONS_MODE: 'off',
        ...environment,
      },
      // A group of its own, so that whatever it may have started can be ended with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-LOG_LIMIT)
      })
    }
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('close', (code, signal) => resolve({ code, signal }))
    })
    this.#ended.then(
      (ending) => {
        this.#ending = ending
      },
      () => undefined,
    )
    this.#dieWithThisProcess()
  }

  /** Everything it has printed. */
  get log(): string {
    return this.#log
  }

  /**
   * Asks it to end and waits until it has.
   * @throws when it does not end in time; it has been killed then
   */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<Ending> {
    if (!this.#ending) this.#child.kill(signal)
    const ending = await Promise.race([this.#ended, delay(STOP_TIMEOUT_MS, undefined, { ref: false })])
    this.#killGroup()
    if (!ending) throw new Error(`serverless offline did not end within ${STOP_TIMEOUT_MS} ms${this.#logTail()}`)
    return ending
  }

  /** Ends it at once, as a crash would (SIGKILL); returns when it is gone. */
  async kill(): Promise<void> {
    this.#killGroup()
    await this.#ended
  }

  async #untilAlive(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS
    while (!(await isAlive(this.url))) {
      if (this.#ending) throw new Error(`serverless offline ended with code ${this.#ending.code}${this.#logTail()}`)
      if (Date.now() > deadline) {
        this.#killGroup()
        throw new Error(`serverless offline did not answer within ${START_TIMEOUT_MS} ms${this.#logTail()}`)
      }
      await delay(50)
    }
  }

  #dieWithThisProcess(): void {
    const kill = () => this.#killGroup()
    const killAndDie = (signal: NodeJS.Signals) => {
      kill()
      process.kill(process.pid, signal)
    }
    process.once('exit', kill)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, killAndDie)
    this.#child.once('close', () => {
      process.removeListener('exit', kill)
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeListener(signal, killAndDie)
    })
  }

  #killGroup(): void {
    if (this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, 'SIGKILL')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }

  #logTail(): string {
    return `; the end of its log:\n${this.#log.slice(-4_000)}`
  }
}

async function isAlive(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { childEnvironment } from '../tools/local/run'

const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 15_000
/** The log is for failure messages and for the tests of the log: a bound keeps a runaway server from filling memory. */
const LOG_LIMIT = 20_000_000

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** How a server is started. */
export interface ServerProgram {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly port: number
  /** What answers with 2xx as soon as it serves. */
  readonly alivePath: string
  /** Settings that differ from those of this process. */
  readonly environment: Readonly<Record<string, string>>
}

/** A server as a process of its own on a port of its own. */
export class ServerProcess {
  readonly url: string
  readonly port: number
  readonly #program: ServerProgram
  readonly #child: ChildProcess
  readonly #ended: Promise<Ending>
  #ending: Ending | undefined
  #log = ''

  /** Starts it and returns when it answers. @throws with the log when it ends, or does not answer in time */
  static async start(program: ServerProgram): Promise<ServerProcess> {
    const server = new ServerProcess(program)
    await server.#untilAlive()
    return server
  }

  private constructor(program: ServerProgram) {
    this.#program = program
    this.port = program.port
    this.url = `http://localhost:${program.port}`
    this.#child = spawn(program.command, program.args, {
      cwd: program.cwd,
      env: { ...childEnvironment(), LOG_LEVEL: 'info', ...program.environment },
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

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#program.name} is no process`)
    return this.#child.pid
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Resolves when it has ended, however it does. */
  get ended(): Promise<Ending> {
    return this.#ended
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
    if (!ending) throw new Error(`${this.#program.name} did not end within ${STOP_TIMEOUT_MS} ms${this.#logTail()}`)
    return ending
  }

  /** Ends it at once, as a crash would (SIGKILL); returns when it is gone. */
  async kill(): Promise<void> {
    this.#killGroup()
    await this.#ended
  }

  async #untilAlive(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS
    while (!(await isAlive(this.url + this.#program.alivePath))) {
      if (this.#ending) throw new Error(`${this.#program.name} ended with code ${this.#ending.code}${this.#logTail()}`)
      if (Date.now() > deadline) {
        this.#killGroup()
        throw new Error(`${this.#program.name} did not answer within ${START_TIMEOUT_MS} ms${this.#logTail()}`)
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
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

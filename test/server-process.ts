import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { childEnvironment } from '../tools/local/run'

const START_TIMEOUT_MS = 100_000
const STOP_TIMEOUT_MS = 15_000
/** The log serves error messages and tests of the log. The limit keeps a runaway server from filling the memory. */
const LOG_LIMIT = 20_000_000

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The command that starts a server, and how to see that it serves. */
export interface ServerProgram {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly port: number
  /** The path that responds with 2xx as soon as the server serves. */
  readonly alivePath: string
  /** Settings that differ from those of this process. */
  readonly environment: Readonly<Record<string, string>>
}

/** A server as a child process on its own port. */
export class ServerProcess {
  readonly url: string
  readonly port: number
  readonly #program: ServerProgram
  readonly #child: ChildProcess
  readonly #ended: Promise<Ending>
  #ending: Ending | undefined
  #log = ''

  /** Starts the server and returns when it serves. @throws with the log if it ends, or does not serve in time */
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
      // A process group of its own, so that its child processes can be killed with it.
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
    if (this.#child.pid === undefined) throw new Error(`${this.#program.name} has no process id`)
    return this.#child.pid
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Resolves when the process has ended, for whatever reason. */
  get ended(): Promise<Ending> {
    return this.#ended
  }

  /** The output of the process so far. */
  get log(): string {
    return this.#log
  }

  /**
   * Sends the signal and waits until the process has ended.
   * @throws if it did not end in time and was killed
   */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<Ending> {
    if (!this.#ending) this.#child.kill(signal)
    const ending = await Promise.race([this.#ended, delay(STOP_TIMEOUT_MS, undefined, { ref: false })])
    this.#killGroup()
    if (!ending) throw new Error(`${this.#program.name} did not end within ${STOP_TIMEOUT_MS} ms${this.#logTail()}`)
    return ending
  }

  /** Kills the process with SIGKILL, as a crash would; returns when it has ended. */
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
        throw new Error(`${this.#program.name} did not serve within ${START_TIMEOUT_MS} ms${this.#logTail()}`)
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

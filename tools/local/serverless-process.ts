import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatLogLine } from './format-log-line'
import { nodeOptions } from './node-options'
import { childEnvironment } from './run'

const PROGRAM = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'serverless')
const STOP_TIMEOUT_MS = 10_000

/** `serverless offline start` as a process of ours: quiet until it serves, gone when we go. */
export class ServerlessProcess {
  /** Resolves with the exit code, however the process ends. */
  readonly ended: Promise<number>
  private readonly child: ChildProcess
  private withheld: string[] | undefined = []

  constructor(httpPort: number, environment: Readonly<Record<string, string>>) {
    this.child = spawn(PROGRAM, ['offline', 'start', '--httpPort', String(httpPort)], {
      env: {
        // The functions log each request themselves; the framework would add two lines to each.
        SLS_LOG_LEVEL: 'warning',
        ...childEnvironment(),
        NODE_OPTIONS: nodeOptions(childEnvironment().NODE_OPTIONS),
        SLS_TELEMETRY_DISABLED: '1',
        SLS_NOTIFICATIONS_MODE: 'off',
        ...environment,
      },
      // A group of its own: Ctrl-C in the terminal reaches us alone, and we decide how it ends.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        // A person reads in a terminal; what is piped elsewhere stays JSON.
        const text = `${process.stdout.isTTY ? formatLogLine(line) : line}\n`
        if (this.withheld === undefined) process.stdout.write(text)
        else this.withheld.push(text)
      })
    }
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject)
      this.child.once('close', (code) => resolve(code ?? 1))
    })
    process.once('exit', () => this.signal('SIGKILL'))
  }

  /** @returns false when the process ended, or the time was over, before it answered */
  async answersWithin(url: string, timeoutMs: number): Promise<boolean> {
    let hasEnded = false
    void this.ended.then(() => {
      hasEnded = true
    })
    const deadline = Date.now() + timeoutMs
    while (!hasEnded && Date.now() < deadline) {
      if (await answers(url)) return true
      await sleep(100)
    }
    return false
  }

  /** From now on its output is shown; `isWanted` says whether also what it printed so far. */
  show(isWanted: boolean): void {
    if (isWanted) process.stdout.write((this.withheld ?? []).join(''))
    this.withheld = undefined
  }

  /** Asks it to end, and ends the whole group when it does not in time. */
  async stop(): Promise<void> {
    this.withheld = []
    this.signal('SIGINT')
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_TIMEOUT_MS)
    await this.ended
    clearTimeout(timer)
    this.signal('SIGKILL')
  }

  private signal(name: NodeJS.Signals): void {
    if (this.child.pid === undefined) return
    try {
      process.kill(-this.child.pid, name)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}

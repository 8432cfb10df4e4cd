import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { LogOutput } from '@ecommerce/runtime/log-output'
import { formatLogLine } from './format-log-line'
import { nodeOptions } from './node-options'
import { childEnvironment } from './run'

const PROGRAM = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'serverless')
const STOP_TIMEOUT_MS = 10_000

export interface ServerlessOptions {
  readonly httpPort: number
  readonly environment: Readonly<Record<string, string>>
  /** Arguments of Node itself. */
  readonly nodeArguments?: readonly string[]
  /** Called with each message of the process. Without it, the process cannot exchange messages. */
  readonly onMessage?: ((message: unknown) => void) | undefined
}

/** `serverless offline start` as a child process. Its output is withheld until it serves, and it ends with this process. */
export class ServerlessProcess {
  /** Resolves with the exit code, however the process ends. */
  readonly ended: Promise<number>
  private readonly child: ChildProcess
  private withheld: string[] | undefined = []
  /** A paused terminal must not stop this process: then nobody would read the output of the child. */
  private readonly output = new LogOutput()

  constructor({ httpPort, environment, nodeArguments = [], onMessage }: ServerlessOptions) {
    const args = [...nodeArguments, PROGRAM, 'offline', 'start', '--httpPort', String(httpPort)]
    this.child = spawn(process.execPath, args, {
      env: {
        // The functions log each request themselves; the framework would add two lines to each of them.
        SLS_LOG_LEVEL: 'warning',
        ...childEnvironment(),
        NODE_OPTIONS: nodeOptions(childEnvironment().NODE_OPTIONS),
        SLS_TELEMETRY_DISABLED: '1',
        SLS_NOTIFICATIONS_MODE: 'off',
        ...environment,
      },
      // A process group of its own: Ctrl-C in the terminal signals only this process, which then stops the child.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...(onMessage ? (['ipc'] as const) : [])],
    })
    if (onMessage) this.child.on('message', onMessage)
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        // Readable in a terminal; JSON where the output is piped.
        const text = `${process.stdout.isTTY ? formatLogLine(line) : line}\n`
        if (this.withheld === undefined) this.output.write(text)
        else this.withheld.push(text)
      })
    }
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject)
      this.child.once('close', (code) => resolve(code ?? 1))
    })
    process.once('exit', () => this.signal('SIGKILL'))
  }

  /** @returns false when the process ended or the timeout expired before it responded with 2xx */
  async servesWithin(url: string, timeoutMs: number): Promise<boolean> {
    let hasEnded = false
    void this.ended.then(() => {
      hasEnded = true
    })
    const deadline = Date.now() + timeoutMs
    while (!hasEnded && Date.now() < deadline) {
      if (await isServing(url)) return true
      await sleep(100)
    }
    return false
  }

  send(message: object): void {
    this.child.send(message)
  }

  /** Shows its output from now on. @param withPast whether to show also the output that was withheld so far */
  show(withPast: boolean): void {
    if (withPast) for (const text of this.withheld ?? []) this.output.write(text)
    this.withheld = undefined
  }

  /** Sends SIGINT, and SIGKILL to the whole process group if it does not end in time. */
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

async function isServing(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}

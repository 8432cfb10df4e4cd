import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  /** Called with each line of both output streams. */
  readonly onLine?: (line: string) => void
}

/** Runs a program until it ends. The code is 127 if it cannot be started, and 124 if the timeout expires. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...childEnvironment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text
        for (const line of text.split(/[\r\n]+/)) if (line.trim() !== '') options.onLine?.(line.trim())
      })
    }
    let expired = false
    const timer = setTimeout(() => {
      expired = true
      child.kill('SIGKILL')
    }, options.timeoutMs ?? 600_000)
    const finish = (code: number) => {
      clearTimeout(timer)
      resolve({ code: expired ? 124 : code, ...output })
    }
    child.once('error', (error) => {
      output.stderr += error.message
      finish(127)
    })
    child.once('close', (code) => finish(code ?? 1))
  })
}

/** @throws with the end of its output when the program does not end with code 0 */
export async function mustRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const result = await run(command, args, options)
  if (result.code === 0) return result
  const output = (result.stderr || result.stdout).trim().slice(-500)
  throw new Error(`${command} ended with code ${result.code}: ${output}`)
}

/** The environment that child processes inherit: all of the environment of this process. */
export function childEnvironment(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: passed to child processes, no setting is read from it
  return process.env
}

/** The first of these programs that exists in PATH or in the usual folders of servers. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [
    ...(childEnvironment().PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/opt/homebrew/bin',
    '/opt/homebrew/sbin',
  ]
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InstanceFileError, readInstanceFile } from './instance-files'
import { childEnvironment, run } from './run'
import { findServerProcess } from './server-process'

/** The files of one native server. */
export interface ProcessFiles {
  readonly pidFile: string
  readonly logFile: string
  /** The folder of a server. A server that uses it is found even where the pid file does not name it. */
  readonly serverFolder?: string
}

export interface ProcessCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

interface PidRecord {
  readonly pid: number
  /** The system reuses pids: only pid and start time together identify a process. */
  readonly startedAt: string
}

/** Starts a process that outlives this one, as leader of its own process group, and writes its pid file. */
export async function startDetached(files: ProcessFiles, { command, args, cwd, env }: ProcessCommand): Promise<number> {
  mkdirSync(dirname(files.pidFile), { recursive: true })
  const log = openSync(files.logFile, 'a')
  const child = spawn(command, args, {
    cwd,
    env: { ...childEnvironment(), ...env },
    detached: true,
    stdio: ['ignore', log, log],
  })
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () =>
      child.pid === undefined ? reject(new Error(`${command} has no pid`)) : resolve(child.pid),
    )
  })
  child.unref()
  // Renamed, so that no other process ever reads a half-written file.
  writeFileSync(`${files.pidFile}.new`, await pidRecord(pid))
  renameSync(`${files.pidFile}.new`, files.pidFile)
  return pid
}

/**
 * The pid in the pid file; undefined when that process has ended, even if another process has the pid now.
 * @throws {InstanceFileError} when the pid file is unreadable, or a server runs that it should name and does not
 */
export async function livingPid(files: Pick<ProcessFiles, 'pidFile' | 'serverFolder'>): Promise<number | undefined> {
  const pid = await recordedPid(files)
  if (pid !== undefined) return pid
  const text = readInstanceFile(files.pidFile)
  const record = parsePidRecord(text ?? '')
  const server = files.serverFolder === undefined ? undefined : await findServerProcess(files.serverFolder)
  if (server === undefined) return undefined
  const problem =
    text === undefined
      ? 'is missing'
      : record === undefined
        ? 'is damaged'
        : `names process ${record.pid}, which is not this server`
  throw new InstanceFileError(
    `${files.pidFile} ${problem}, but process ${server.pid} (${server.program}) uses that folder. ` +
      `To stop it: kill ${server.pid}, then run the command again`,
  )
}

async function recordedPid({ pidFile }: Pick<ProcessFiles, 'pidFile'>): Promise<number | undefined> {
  const record = parsePidRecord(readInstanceFile(pidFile) ?? '')
  return record !== undefined && (await startTime(record.pid)) === record.startedAt ? record.pid : undefined
}

/** Sends SIGTERM, and SIGKILL to the whole group after the timeout. @returns whether the process was running */
export async function stopProcess(files: ProcessFiles, timeoutMs: number): Promise<boolean> {
  const pid = await livingPid(files)
  if (pid !== undefined) {
    signal(pid, 'SIGTERM')
    // A frozen process receives the signal only after it continues.
    signal(-pid, 'SIGCONT')
    if (!(await isGoneWithin(files, timeoutMs))) await killProcess(files)
  }
  rmSync(files.pidFile, { force: true })
  return pid !== undefined
}

/** Sends SIGKILL to the whole group, which simulates a crash: the pid file stays. */
export async function killProcess(files: ProcessFiles): Promise<void> {
  const pid = await livingPid(files)
  if (pid === undefined) return
  signal(-pid, 'SIGKILL')
  if (!(await isGoneWithin(files, 10_000))) throw new Error(`process ${pid} survived SIGKILL`)
}

/** Stops the whole group where it is, or lets it continue. A stopped process keeps its connections, and says nothing. */
export async function freezeProcess(files: ProcessFiles): Promise<void> {
  await signalGroup(files, 'SIGSTOP')
}

export async function thawProcess(files: ProcessFiles): Promise<void> {
  await signalGroup(files, 'SIGCONT')
}

async function signalGroup(files: ProcessFiles, name: NodeJS.Signals): Promise<void> {
  const pid = await livingPid(files)
  if (pid === undefined) throw new Error(`no process runs for ${files.pidFile}`)
  signal(-pid, name)
}

/** The content of a pid file. */
export async function pidRecord(pid: number): Promise<string> {
  const record: PidRecord = { pid, startedAt: (await startTime(pid)) ?? 'gone' }
  return `${JSON.stringify(record)}\n`
}

export function parsePidRecord(text: string): PidRecord | undefined {
  const match = /^\{"pid":(\d+),"startedAt":"([^"]+)"\}\s*$/.exec(text)
  return match?.[1] === undefined || match[2] === undefined ? undefined : { pid: Number(match[1]), startedAt: match[2] }
}

/** The start time of a running process in an arbitrary unit; undefined for an ended process and for a zombie. */
async function startTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return startTimeFromStat(readStat(pid))
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)])
  return stdout.trim() || undefined
}

/** Fields 3 (state) and 22 (start time) of /proc/PID/stat, counted after the command name, which can contain any character. */
export function startTimeFromStat(stat: string | undefined): string | undefined {
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

function readStat(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function isGoneWithin(files: ProcessFiles, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    if ((await recordedPid(files)) === undefined) return true
    await sleep(50)
  }
  return false
}

import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { run } from './run'

/** A running server program, found without a pid file. */
export interface ServerProcess {
  readonly pid: number
  readonly program: string
  readonly args: readonly string[]
}

const PROGRAMS = new Set(['mysqld', 'mariadbd', 'java', 'beam.smp'])

/** The server whose command line names a file in this folder. The folder belongs to one server of one instance. */
export async function findServerProcess(folder: string): Promise<ServerProcess | undefined> {
  const isIn = (argument: string) => argument.includes(`${folder}/`) || argument.endsWith(folder)
  return (await serverProcesses()).find(({ args }) => args.some(isIn))
}

async function serverProcesses(): Promise<ServerProcess[]> {
  const all = process.platform === 'linux' ? fromProc() : await fromPs()
  return all.filter(({ program }) => PROGRAMS.has(program))
}

function fromProc(): ServerProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    const [command = '', ...args] = readCommandLine(Number(name))
    return [{ pid: Number(name), program: basename(command), args }]
  })
}

/** Empty for a process that has ended, and for a zombie. */
function readCommandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** Arguments that contain blanks are cut apart, which is enough to find a path without blanks. */
async function fromPs(): Promise<ServerProcess[]> {
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,args='])
  return stdout.split('\n').map((line) => {
    const [pid, command = '', ...args] = line.trim().split(/\s+/)
    return { pid: Number(pid), program: basename(command), args }
  })
}

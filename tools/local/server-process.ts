import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { run } from './run'

/** A running server program, found without a pid file. */
export interface ServerProcess {
  readonly pid: number
  readonly group: number
  readonly program: string
  readonly args: readonly string[]
}

const PROGRAMS = new Set(['mysqld', 'mariadbd', 'java', 'beam.smp'])

/** The server whose command line names a file in this folder. The folder belongs to one server of one instance. */
export async function findServerProcess(folder: string): Promise<ServerProcess | undefined> {
  const isIn = (argument: string) => argument.includes(`${folder}/`) || argument.endsWith(folder)
  return (await serverProcesses()).find(({ args }) => args.some(isIn))
}

/** Only leaders of a process group, as `startDetached` starts them: a child that is about to run another program is none. */
async function serverProcesses(): Promise<ServerProcess[]> {
  const all = process.platform === 'linux' ? fromProc() : await fromPs()
  return all.filter(({ program, pid, group }) => PROGRAMS.has(program) && pid === group)
}

function fromProc(): ServerProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    const [command = '', ...args] = readProcFile(name, 'cmdline').split('\0')
    const stat = readProcFile(name, 'stat')
    // Field 5, counted after the command name, which can contain any character.
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])
    return [{ pid: Number(name), group, program: basename(command), args }]
  })
}

/** Empty for a process that has ended. */
function readProcFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/** Arguments that contain blanks are cut apart, which is enough to find a path without blanks. */
async function fromPs(): Promise<ServerProcess[]> {
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,pgid=,args='])
  return stdout.split('\n').map((line) => {
    const [pid, group, command = '', ...args] = line.trim().split(/\s+/)
    return { pid: Number(pid), group: Number(group), program: basename(command), args }
  })
}

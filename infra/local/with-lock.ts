import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { livingPid, pidRecord } from './native-process'

const WAIT_LIMIT_MS = 300_000

/**
 * Lets one process at a time work on the servers of an instance. The lock of a process that died is taken over.
 * @throws when another process has held it for five minutes
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const record = await pidRecord(process.pid)
  const deadline = Date.now() + WAIT_LIMIT_MS
  mkdirSync(dirname(file), { recursive: true })
  while (!(await tryLock(file, record))) {
    if (Date.now() > deadline) throw new Error(`another process is working on the servers and does not end: ${file}`)
    await sleep(200)
  }
  // Also when the process is ended in the middle of its work.
  const release = () => {
    if (existsSync(file) && readFileSync(file, 'utf8') === record) rmSync(file)
  }
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.removeListener('exit', release)
    release()
  }
}

async function tryLock(file: string, record: string): Promise<boolean> {
  if (existsSync(file) && (await livingPid({ pidFile: file })) === undefined) rmSync(file, { force: true })
  try {
    writeFileSync(file, record, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

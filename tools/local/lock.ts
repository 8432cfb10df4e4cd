import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { livingPid, pidRecord } from './native-process'

const WAIT_LIMIT_MS = 600_000

/**
 * Gives this process exclusive access to the servers of an instance, until it calls the returned function or ends.
 * Takes over the lock of a process that has died.
 * @throws when another process holds it for ten minutes
 */
export async function acquireLock(file: string, onWait: () => void = () => {}): Promise<() => void> {
  const record = await pidRecord(process.pid)
  const deadline = Date.now() + WAIT_LIMIT_MS
  mkdirSync(dirname(file), { recursive: true })
  if (!(await tryLock(file, record))) {
    onWait()
    while (!(await tryLock(file, record))) {
      if (Date.now() > deadline) throw new Error(`another process holds the lock of the servers: ${file}`)
      await sleep(200)
    }
  }
  const release = () => {
    process.removeListener('exit', release)
    if (existsSync(file) && readFileSync(file, 'utf8') === record) rmSync(file)
  }
  process.once('exit', release)
  return release
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

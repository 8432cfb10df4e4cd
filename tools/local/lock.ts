import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InstanceFileError, quote, readInstanceFile } from './instance-files'
import { livingPid, parsePidRecord, pidRecord } from './native-process'

const WAIT_LIMIT_MS = 600_000

/**
 * Gives this process exclusive access to the servers of an instance, until it calls the returned function or ends.
 * Takes over the lock of a process that has died.
 * @throws when another process holds it for ten minutes, or its file is damaged
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
  await removeAbandoned(file)
  const staging = `${file}.${process.pid}.new`
  writeFileSync(staging, record)
  try {
    // Appears with its whole content, so that no other process takes it for a damaged one.
    linkSync(staging, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(staging)
  }
}

async function removeAbandoned(file: string): Promise<void> {
  const text = readInstanceFile(file)
  if (text === undefined || (await livingPid({ pidFile: file })) !== undefined) return
  if (parsePidRecord(text) === undefined) {
    throw new InstanceFileError(
      `${file} is damaged, so it is unknown which process holds this lock. ` +
        `If no other command starts or stops these servers, delete it: rm ${quote(file)}`,
    )
  }
  rmSync(file, { force: true })
}

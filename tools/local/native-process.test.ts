import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  killProcess,
  livingPid,
  type ProcessFiles,
  parsePidRecord,
  pidRecord,
  startDetached,
  startTimeFromStat,
  stopProcess,
} from './native-process'

const FOREVER = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] }
const DEAF = {
  command: process.execPath,
  args: ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')"],
}

describe('a native process', () => {
  let folder: string
  let files: ProcessFiles
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'native-process-'))
    files = { pidFile: join(folder, 'server', 'pid'), logFile: join(folder, 'server', 'log') }
  })
  afterEach(async () => {
    await killProcess(files)
    rmSync(folder, { recursive: true })
  })

  it('is found by its pid file until it is stopped', async () => {
    const pid = await startDetached(files, FOREVER)
    expect(await livingPid(files)).toBe(pid)

    expect(await stopProcess(files, 5_000)).toBe(true)
    expect(await livingPid(files)).toBeUndefined()
    expect(await stopProcess(files, 5_000)).toBe(false)
  })

  it('is killed when it ignores SIGTERM', async () => {
    await startDetached(files, DEAF)
    await expect.poll(() => readFileSync(files.logFile, 'utf8')).toContain('up')

    expect(await stopProcess(files, 100)).toBe(true)
    expect(await livingPid(files)).toBeUndefined()
  })

  it('leaves a stale pid file after a crash, which names no process', async () => {
    await startDetached(files, FOREVER)

    await killProcess(files)

    expect(readFileSync(files.pidFile, 'utf8')).toMatch(/"pid"/)
    expect(await livingPid(files)).toBeUndefined()
  })

  it('is not confused with a process that has its pid later', async () => {
    await startDetached(files, FOREVER)
    const { pid } = process
    await stopProcess(files, 5_000)
    writeFileSync(files.pidFile, JSON.stringify({ pid, startedAt: '1' }))

    expect(await livingPid(files)).toBeUndefined()
    expect(await stopProcess(files, 5_000)).toBe(false)
  })

  it('reports a program that cannot be started', async () => {
    await expect(startDetached(files, { command: join(folder, 'none'), args: [] })).rejects.toThrow('ENOENT')
  })
})

describe('a pid record', () => {
  it('can be written and read', async () => {
    expect(parsePidRecord(await pidRecord(process.pid))).toMatchObject({ pid: process.pid })
  })

  it.each(['', '{"pid":12', '12\n', '{"pid":"12","startedAt":"3"}'])(
    'is nothing when it is cut off or foreign: %j',
    (text) => {
      expect(parsePidRecord(text)).toBeUndefined()
    },
  )
})

describe('the start time in /proc/PID/stat', () => {
  const rest = '1 1 1 0 -1 4194560 9 0 0 0 0 0 0 0 20 0 1 0 777 3 4'

  it('is found after any command name', () => {
    expect(startTimeFromStat(`42 (a ) b (c) S ${rest}`)).toBe('777')
  })

  it('is undefined for a zombie', () => {
    expect(startTimeFromStat(`42 (mysqld) Z ${rest}`)).toBeUndefined()
  })
})

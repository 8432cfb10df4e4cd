import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { acquireLock } from './lock'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'))
  file = join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('a lock admits one holder after another', async () => {
  const order: string[] = []
  const release = await acquireLock(file)
  const second = acquireLock(file, () => order.push('waits')).then((releaseSecond) => {
    order.push('enters')
    releaseSecond()
  })
  await expect.poll(() => order).toEqual(['waits'])

  order.push('first leaves')
  release()
  await second

  expect(order).toEqual(['waits', 'first leaves', 'enters'])
  expect(existsSync(file)).toBe(false)
})

it('a lock of a process that has died is taken over', async () => {
  writeFileSync(file, `{"pid":${process.pid},"startedAt":"1"}\n`)

  const release = await acquireLock(file, () => expect.unreachable('waited for the dead'))

  release()
})

it.each(['', '\0\x01', '{"pid":12'])(
  'a damaged lock is not taken over, and the message names its file: %j',
  async (text) => {
    writeFileSync(file, text)

    const waiting = acquireLock(file, () => expect.unreachable('waited for nobody'))

    await expect(waiting).rejects.toThrow(`delete it: rm ${file}`)
    expect(existsSync(file)).toBe(true)
  },
)

import { describe, expect, it } from 'vitest'
import { Reloader } from './reloader'

interface OpenReload {
  readonly withPages: boolean
  readonly finish: () => void
  readonly fail: (error: Error) => void
}

function setUp() {
  const reloads: OpenReload[] = []
  const events: unknown[] = []
  const time = { nowMs: 0 }
  const reloader = new Reloader({
    reload: (withPages) => new Promise((finish, fail) => reloads.push({ withPages, finish, fail })),
    onReloaded: (paths, durationMs) => events.push(['reloaded', paths, durationMs]),
    onFailed: (error, paths) => events.push(['failed', error, paths]),
    onRestartNeeded: (path) => events.push(['restart', path]),
    clock: () => time.nowMs,
    settle: async () => undefined,
  })
  /** The reload with this number, as soon as it has begun. */
  const reload = async (number: number): Promise<OpenReload> => {
    await expect.poll(() => reloads.length).toBe(number)
    const open = reloads[number - 1]
    if (open === undefined) throw new Error('no such reload')
    return open
  }
  return { reloader, reload, reloads, events, time }
}

const A = 'functions/a.ts'
const B = 'layers/domain/src/b.ts'

describe('a reloader', () => {
  it('reloads once for files that are saved together, and reports them and the time since the first', async () => {
    const { reloader, reload, events, time } = setUp()
    reloader.changed(B)
    reloader.changed(A)
    reloader.changed(A)
    const open = await reload(1)
    time.nowMs = 250
    open.finish()

    await expect.poll(() => events).toEqual([['reloaded', [A, B], 250]])
  })

  it('reloads again for a change that comes during a reload', async () => {
    const { reloader, reload, events } = setUp()
    reloader.changed(A)
    const first = await reload(1)
    reloader.changed(B)
    first.finish()
    const second = await reload(2)
    second.finish()

    await expect
      .poll(() => events)
      .toEqual([
        ['reloaded', [A], 0],
        ['reloaded', [B], 0],
      ])
  })

  it('reports a failure and goes on', async () => {
    const { reloader, reload, events } = setUp()
    const error = new Error('no semicolon')
    reloader.changed(A)
    const first = await reload(1)
    first.fail(error)
    await expect.poll(() => events).toEqual([['failed', error, [A]]])

    reloader.changed(A)
    const second = await reload(2)
    second.finish()
    await expect.poll(() => events.at(-1)).toEqual(['reloaded', [A], 0])
  })

  it('renders the pages again after a change to them, until that has succeeded', async () => {
    const { reloader, reload, events } = setUp()
    reloader.changed('packages/status-page/status.css')
    const first = await reload(1)
    first.fail(new Error('bad style'))
    await expect.poll(() => events.length).toBe(1)
    reloader.changed(A)
    const second = await reload(2)
    second.finish()
    await expect.poll(() => events.length).toBe(2)
    reloader.changed(A)
    const third = await reload(3)

    expect([first.withPages, second.withPages, third.withPages]).toEqual([true, true, false])
  })

  it('does not reload for a file that is read only at start', () => {
    const { reloader, reloads, events } = setUp()
    reloader.changed('functions/orders/functions.yml')
    reloader.changed('README.md')

    expect(events).toEqual([['restart', 'functions/orders/functions.yml']])
    expect(reloads).toEqual([])
  })
})

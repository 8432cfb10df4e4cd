import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type StopSignal, stopOnSignal } from './stop-on-signal'

class FakeProcess extends EventEmitter {
  readonly codes: number[] = []

  exit(code: number): void {
    this.codes.push(code)
  }

  signal(name: StopSignal): void {
    this.emit(name)
  }
}

function setUp() {
  const target = new FakeProcess()
  const time = { nowMs: 0 }
  let finish: (code: number) => void = () => undefined
  let stops = 0
  const stop = () => {
    stops += 1
    return new Promise<number>((resolve) => {
      finish = resolve
    })
  }
  stopOnSignal(stop, ['SIGINT', 'SIGTERM'], target, () => time.nowMs)
  return { target, time, finish: (code: number) => finish(code), stops: () => stops }
}

describe('a process that stops on a signal', () => {
  it('exits with the code of its stop', async () => {
    const { target, finish } = setUp()
    target.signal('SIGTERM')
    expect(target.codes).toEqual([])

    finish(1)
    await expect.poll(() => target.codes).toEqual([1])
  })

  it('ignores the same signal that arrives twice within a moment', () => {
    const { target, time, stops } = setUp()
    target.signal('SIGINT')
    time.nowMs = 400
    target.signal('SIGINT')

    expect(stops()).toBe(1)
    expect(target.codes).toEqual([])
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('exits immediately on a second %s', (signal, code) => {
    const { target, time } = setUp()
    target.signal('SIGINT')
    time.nowMs = 501
    target.signal(signal)

    expect(target.codes).toEqual([code])
  })
})

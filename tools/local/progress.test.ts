import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createProgress, type Output } from './progress'

function recorder(isTTY: boolean): { out: Output; text: () => string } {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  return { out: Object.assign(stream, { isTTY, columns: 80 }), text: () => text }
}

describe('progress', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('writes a line for a completed step, with its duration', () => {
    const { out, text } = recorder(false)
    const step = createProgress(out).step('MySQL')

    vi.advanceTimersByTime(1_500)
    step.done('is up')

    expect(text()).toBe('✓ MySQL        1.5 s  is up\n')
  })

  it('writes at least every five seconds, even without a terminal', () => {
    const { out, text } = recorder(false)
    createProgress(out).step('packages').note('installing')

    vi.advanceTimersByTime(10_000)

    expect(text().match(/installing/g)?.length).toBe(3)
  })

  it('does not write a line for every note', () => {
    const { out, text } = recorder(false)
    const step = createProgress(out).step('packages')

    for (let line = 0; line < 100; line += 1) step.note(`unpacking ${line}`)

    expect(text().split('\n').length).toBe(2)
  })

  it('redraws the open steps in place on a terminal', () => {
    const { out, text } = recorder(true)
    const step = createProgress(out).step('MySQL')

    step.note('starting')
    step.done('is up')

    expect(text()).toContain('\x1b[1A\x1b[J')
    expect(text().endsWith('is up\n')).toBe(true)
  })
})

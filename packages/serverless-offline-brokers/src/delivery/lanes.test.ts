import { describe, expect, it } from 'vitest'
import { createGate } from '../testing/record-invocations'
import { createLanes } from './lanes'

describe('lanes', () => {
  it('run the tasks of one lane one after another, and different lanes in parallel', async () => {
    const lanes = createLanes()
    const gate = createGate()
    const done: string[] = []

    const first = lanes(1, async () => {
      await gate.opened
      done.push('first')
    })
    const second = lanes(1, async () => void done.push('second'))
    await lanes(2, async () => void done.push('other lane'))
    expect(done).toEqual(['other lane'])

    gate.open()
    await Promise.all([first, second])
    expect(done).toEqual(['other lane', 'first', 'second'])
  })

  it('continue after a failed task, which rejects only for its own caller', async () => {
    const lanes = createLanes()

    const broken = lanes(1, async () => {
      throw new Error('broken')
    })
    const next = lanes(1, async () => {})

    await expect(broken).rejects.toThrow('broken')
    await expect(next).resolves.toBeUndefined()
  })
})

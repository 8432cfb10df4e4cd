import { describe, expect, it } from 'vitest'
import { type Generation, LiveFunctions } from './live-functions'

class FakeGeneration implements Generation {
  isClosed = false
  readonly #finish: (() => void)[] = []

  constructor(private readonly name: string) {}

  invoke(handler: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#finish.push(() => (handler === 'fail' ? reject(new Error('defect')) : resolve(`${this.name}: ${handler}`)))
    })
  }

  finish(): void {
    for (const finish of this.#finish.splice(0)) finish()
  }

  async close(): Promise<void> {
    this.isClosed = true
  }
}

function setUp() {
  const [old, next] = [new FakeGeneration('old'), new FakeGeneration('new')]
  const failures: unknown[] = []
  return { old, next, failures, functions: new LiveFunctions(old, (error) => failures.push(error)) }
}

describe('functions that are replaced', () => {
  it('end an invocation on the code it began on', async () => {
    const { old, next, functions } = setUp()
    const before = functions.invoke('a', {}, {})
    functions.replace(next)
    const after = functions.invoke('a', {}, {})
    old.finish()
    next.finish()

    expect(await before).toBe('old: a')
    expect(await after).toBe('new: a')
  })

  it('are closed after their last invocation, also when it fails', async () => {
    const { old, next, functions } = setUp()
    const first = functions.invoke('a', {}, {})
    const second = functions.invoke('fail', {}, {})
    functions.replace(next)
    expect(old.isClosed).toBe(false)

    old.finish()
    await first
    await expect(second).rejects.toThrow('defect')
    await expect.poll(() => old.isClosed).toBe(true)
    expect(next.isClosed).toBe(false)
  })

  it('are closed immediately when nothing is in flight', () => {
    const { old, next, functions } = setUp()
    functions.replace(next)
    expect(old.isClosed).toBe(true)
  })

  it('report when they cannot be closed', async () => {
    const { old, next, failures, functions } = setUp()
    old.close = () => Promise.reject(new Error('no answer'))
    functions.replace(next)

    await expect.poll(() => failures).toEqual([new Error('no answer')])
  })
})

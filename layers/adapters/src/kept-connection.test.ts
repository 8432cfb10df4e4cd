import { describe, expect, it } from 'vitest'
import { KeptConnection } from './kept-connection'

function setUp() {
  const opened: number[] = []
  const closed: number[] = []
  const kept = new KeptConnection(
    async () => {
      opened.push(opened.length + 1)
      return opened.length
    },
    async (connection) => closed.push(connection),
  )
  return { kept, opened, closed }
}

const fail = async () => {
  throw new Error('broken')
}

describe('a kept connection', () => {
  it('opens at the first use, and stays open for the next one', async () => {
    const { kept, opened, closed } = setUp()
    expect(opened).toEqual([])

    expect(await kept.use(async (connection) => connection)).toBe(1)
    expect(await kept.use(async (connection) => connection)).toBe(1)

    expect(closed).toEqual([])
  })

  it('closes after a failed use, and opens again for the next one', async () => {
    const { kept, closed } = setUp()

    await expect(kept.use(fail)).rejects.toThrow('broken')
    expect(closed).toEqual([1])

    expect(await kept.use(async (connection) => connection)).toBe(2)
  })

  it('tries to open again after it could not be opened', async () => {
    const attempts = [fail, async () => 'open']
    const kept = new KeptConnection(
      () => attempts.shift()?.() ?? fail(),
      async () => undefined,
    )

    await expect(kept.use(async (connection) => connection)).rejects.toThrow('broken')
    expect(await kept.use(async (connection) => connection)).toBe('open')
  })

  it('closes once', async () => {
    const { kept, closed } = setUp()
    await kept.use(async () => undefined)

    await kept.close()
    await kept.close()

    expect(closed).toEqual([1])
  })
})

import { afterEach, expect, it } from 'vitest'
import { FakeShop, type Misbehaviour } from '../../load/testing/fake-shop'
import type { BoundFault, FaultSystem } from '../catalogue/fault'
import { runCell } from './run-cell'

const TIMEOUT_MS = 60_000

let shop: FakeShop | undefined
let calls: string[]

afterEach(async () => {
  await shop?.close()
  shop = undefined
})

/** A short cell with a shop in this process, which makes the given errors. */
async function run(misbehaviour: Misbehaviour = {}, fault: Partial<BoundFault> = {}) {
  shop = await FakeShop.open(misbehaviour)
  calls = []
  const note = (call: string) => async () => void calls.push(call)
  const system: FaultSystem = {
    shop: { url: shop.url, pid: process.pid, log: '', kill: note('kill'), startAgain: note('startAgain') },
    restore: note('restore'),
    restart: note('restart'),
  }
  const bound: BoundFault = {
    id: 'shop:nothing',
    target: 'shop',
    title: 'nothing happens',
    seconds: 0.1,
    begin: note('begin'),
    end: note('end'),
    ...fault,
  }
  return runCell(bound, system, {
    cellId: 'cell',
    ratePerSecond: 40,
    faultSeconds: 1,
    seed: 1,
    settleWithinMs: 300,
    stop: new AbortController().signal,
  })
}

it(
  'a correct shop loses nothing, doubles nothing, and is not restarted',
  async () => {
    const cell = await run()

    expect(calls).toEqual(['begin', 'end'])
    expect(cell).toMatchObject({ fault: 'shop:nothing', oversold: 0, stockAddsUp: true })
    expect(cell).not.toHaveProperty('restartedBecause')
    for (const outcome of cell.channels) {
      expect(outcome).toMatchObject({ lost: 0, doubled: 0, failed: 0, recoveryMs: 0 })
      expect(outcome.accepted).toBeGreaterThan(20)
    }
  },
  TIMEOUT_MS,
)

it(
  'a shop that loses, doubles and oversells is found out, also after a restart',
  async () => {
    const cell = await run({ loses: 10, repeatsIds: 15, oversells: true })

    expect(calls).toEqual(['begin', 'end', 'restore', 'kill', 'startAgain'])
    expect(cell.stockAddsUp).toBe(false)
    for (const outcome of cell.channels) expect(outcome.lost).toBeGreaterThan(0)
    expect(cell.broken.join('\n')).toMatch(
      /Kafka: \d+ accepted orders are lost\nKafka: \d+ orders are doubled[\s\S]*the stock does not add up/,
    )
  },
  TIMEOUT_MS,
)

it(
  'a fault is ended also if it could not begin, and the error is not hidden',
  async () => {
    const begin = async () => {
      throw new Error('no such server')
    }

    await expect(run({}, { begin })).rejects.toThrow('no such server')
    expect(calls).toEqual(['end'])
  },
  TIMEOUT_MS,
)

import { expect, it } from 'vitest'
import type { ChannelOutcome } from '../results'
import { aCell, anOutcome } from '../testing/sample-cells'
import { brokenPromises } from './broken-promises'

const brokenBy = (outcome: Partial<ChannelOutcome>, fault: Parameters<typeof brokenPromises>[1] = {}) =>
  brokenPromises(aCell({ channels: [anOutcome(outcome)] }), fault)

it('a cell without trouble breaks no promise', () => {
  expect(brokenPromises(aCell(), {})).toEqual([])
})

it('503 with Retry-After and 4xx break no promise', () => {
  expect(brokenBy({ unavailable: 3, causes: { '503 unavailable': 3, '409 insufficient-stock': 1, '429': 1 } })).toEqual(
    [],
  )
})

it.each<[Partial<ChannelOutcome>, string]>([
  [{ lost: 2 }, 'Kafka: 2 accepted orders are lost'],
  [{ doubled: 1 }, 'Kafka: 1 orders are doubled'],
  [{ causes: { '500 internal-error': 4 } }, 'Kafka: 4 requests failed (4 × 500 internal-error)'],
  [{ causes: { timeout: 1 } }, 'Kafka: 1 requests failed (1 × no response in time)'],
  [{ causes: { '503 no-retry-after': 1 } }, 'Kafka: 1 requests failed (1 × 503 no-retry-after)'],
  [{ longestResponseMs: 10_200 }, 'Kafka: a response took 10 s'],
  [{ recoveryMs: 16_000 }, 'Kafka: the recovery took 16 s'],
])('%j breaks a promise', (outcome, sentence) => {
  expect(brokenBy(outcome)).toEqual([sentence])
})

it('a channel that did not recover breaks a promise', () => {
  const { recoveryMs: _, ...outcome } = anOutcome()

  expect(brokenPromises(aCell({ channels: [outcome] }), {})).toEqual(['Kafka: the channel did not recover'])
})

it('requests without a connection are allowed only while the shop itself is down', () => {
  expect(brokenBy({ causes: { connection: 1 } })).toHaveLength(1)
  expect(brokenBy({ causes: { connection: 1 } }, { allows: ['no-connection'] })).toEqual([])
  expect(brokenBy({ causes: { timeout: 1 } }, { allows: ['no-connection'] })).toHaveLength(1)
})

it('products and restarts are named', () => {
  expect(brokenPromises(aCell({ oversold: 1, stockAddsUp: false, restartedBecause: 'no response' }), {})).toEqual([
    '1 products are oversold',
    'the stock does not add up: initial = on hand + sold',
    'the shop had to be restarted: no response',
  ])
})

it('a gap breaks a promise only where the fault has a limit for it', () => {
  expect(brokenBy({ longestGapMs: 12_000 })).toEqual([])
  expect(brokenBy({ longestGapMs: 12_000 }, { gapLimitMs: 30_000 })).toEqual([])
  expect(brokenBy({ longestGapMs: 12_000 }, { gapLimitMs: 10_000 })).toEqual(['Kafka: nothing was accepted for 12 s'])
})

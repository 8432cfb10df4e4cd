import { expect, it } from 'vitest'
import { sampleResults } from '../testing/sample-results'
import { auditedOrders } from './audited-orders'

const RESULTS = sampleResults({ channels: ['kafka'] })
const [CHANNEL] = RESULTS.channels
const [BOOKS] = RESULTS.reconciliation.orders

it('says how many of the orders of the audit belong to the warm-up', () => {
  const measured = CHANNEL?.requests.accepted ?? 0

  expect(auditedOrders(RESULTS)).toBe(
    `Of the ${(measured + 6_000).toLocaleString('en')} accepted orders that were audited, ${measured.toLocaleString('en')} are measured here, 6,000 belong to the warm-up.`,
  )
})

it('says how many a search sent at other rates than that of its figures', () => {
  const [held] = RESULTS.steps
  if (!held || !CHANNEL) throw new Error('the sample has a step')
  const others = RESULTS.steps.slice(1).reduce((sum, { requests }) => sum + requests.accepted, 0)
  const channels = [{ ...CHANNEL, requests: held.requests }]

  expect(auditedOrders({ ...RESULTS, channels })).toMatch(
    new RegExp(`6,000 belong to the warm-up, ${others.toLocaleString('en')} to other rates that were tried\\.$`),
  )
})

it('says nothing when every order was measured, or none was audited', () => {
  const { reconciliation } = RESULTS
  const orders = BOOKS ? [{ ...BOOKS, accepted: CHANNEL?.requests.accepted ?? 0 }] : []

  expect(auditedOrders({ ...RESULTS, reconciliation: { ...reconciliation, orders } })).toBeUndefined()
  expect(auditedOrders({ ...RESULTS, reconciliation: { ...reconciliation, orders: [] } })).toBeUndefined()
})

import { expect, it } from 'vitest'
import { sampleResults } from '../testing/sample-results'
import { auditedOrders } from './audited-orders'

const RESULTS = sampleResults({ channels: ['kafka'] })
const [CHANNEL] = RESULTS.channels
const [BALANCE] = RESULTS.reconciliation.orders

it('says how many of the audited orders belong to the warm-up', () => {
  const measured = CHANNEL?.requests.accepted ?? 0

  expect(auditedOrders(RESULTS)).toBe(
    `Of the ${(measured + 6_000).toLocaleString('en')} audited orders, ${measured.toLocaleString('en')} are measured here, 6,000 belong to the warm-up.`,
  )
})

it('says how many orders a search sent at other rates', () => {
  const [held] = RESULTS.steps
  if (!held || !CHANNEL) throw new Error('the sample has a step')
  const others = RESULTS.steps.slice(1).reduce((sum, { requests }) => sum + requests.accepted, 0)
  const channels = [{ ...CHANNEL, requests: held.requests }]

  expect(auditedOrders({ ...RESULTS, channels })).toMatch(
    new RegExp(`6,000 belong to the warm-up, ${others.toLocaleString('en')} to other rates of the search\\.$`),
  )
})

it.each([
  [1, 0, 'Of the 1 audited order, 0 are measured here, 1 belongs to the warm-up.'],
  [3, 1, 'Of the 3 audited orders, 1 is measured here, 2 belong to the warm-up.'],
])('counts %d audited and %d measured orders', (accepted, measured, text) => {
  if (!BALANCE || !CHANNEL) throw new Error('the sample has a channel')
  const requests = { ...CHANNEL.requests, accepted: measured }
  const reconciliation = { ...RESULTS.reconciliation, orders: [{ ...BALANCE, accepted }] }
  const steps = RESULTS.steps.slice(0, 1).map((step) => ({ ...step, requests }))

  expect(auditedOrders({ ...RESULTS, channels: [{ ...CHANNEL, requests }], steps, reconciliation })).toBe(text)
})

it('says nothing if every order was measured, or none was audited', () => {
  const { reconciliation } = RESULTS
  const orders = BALANCE ? [{ ...BALANCE, accepted: CHANNEL?.requests.accepted ?? 0 }] : []

  expect(auditedOrders({ ...RESULTS, reconciliation: { ...reconciliation, orders } })).toBeUndefined()
  expect(auditedOrders({ ...RESULTS, reconciliation: { ...reconciliation, orders: [] } })).toBeUndefined()
})

import { expect, it } from 'vitest'
import { createSaturation } from './saturation'

function setUp() {
  const [orders, batches] = [
    { busyPeriod: undefined as number | undefined },
    { busyPeriod: undefined as number | undefined },
  ]
  return { orders, batches, isSaturated: createSaturation([orders, batches]) }
}

it('is saturated while work continues without a break between two calls', () => {
  const { orders, isSaturated } = setUp()

  orders.busyPeriod = 1
  expect(isSaturated()).toBe(false)
  expect(isSaturated()).toBe(true)
  expect(isSaturated()).toBe(true)
})

it('is not saturated after a break, although there is work again', () => {
  const { orders, isSaturated } = setUp()
  orders.busyPeriod = 1
  isSaturated()

  orders.busyPeriod = 2

  expect(isSaturated()).toBe(false)
  expect(isSaturated()).toBe(true)
})

it('is not saturated without work', () => {
  const { isSaturated } = setUp()

  expect([isSaturated(), isSaturated()]).toEqual([false, false])
})

it('is saturated when one of several works has no break', () => {
  const { orders, batches, isSaturated } = setUp()
  orders.busyPeriod = 1
  batches.busyPeriod = 7
  isSaturated()

  orders.busyPeriod = 2

  expect(isSaturated()).toBe(true)
})

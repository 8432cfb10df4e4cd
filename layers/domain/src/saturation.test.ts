import { expect, it } from 'vitest'
import { createSaturation } from './saturation'

function setUp() {
  const [orders, batches] = [
    { busyPeriod: undefined as number | undefined },
    { busyPeriod: undefined as number | undefined },
  ]
  return { orders, batches, isSaturated: createSaturation([orders, batches]) }
}

it('is there while work goes on without a break from one time it is asked to the next', () => {
  const { orders, isSaturated } = setUp()

  orders.busyPeriod = 1
  expect(isSaturated()).toBe(false)
  expect(isSaturated()).toBe(true)
  expect(isSaturated()).toBe(true)
})

it('ends with a break, though there is work again', () => {
  const { orders, isSaturated } = setUp()
  orders.busyPeriod = 1
  isSaturated()

  orders.busyPeriod = 2

  expect(isSaturated()).toBe(false)
  expect(isSaturated()).toBe(true)
})

it('is not there where nothing is done', () => {
  const { isSaturated } = setUp()

  expect([isSaturated(), isSaturated()]).toEqual([false, false])
})

it('is there when any one of several works has no break', () => {
  const { orders, batches, isSaturated } = setUp()
  orders.busyPeriod = 1
  batches.busyPeriod = 7
  isSaturated()

  orders.busyPeriod = 2

  expect(isSaturated()).toBe(true)
})

import { expect, it } from 'vitest'
import type { SaturationPoint } from '../results'
import { withGoodput } from './goodput'

function point(
  ratePerSecond: number,
  acceptedPerSecond: number,
  holds: boolean,
  channel: SaturationPoint['channel'] = 'sync',
) {
  return { channel, ratePerSecond, acceptedPerSecond, responseP99Ms: 1, commitP99Ms: 1, failedShare: 0, holds }
}

const sharesOf = (points: readonly SaturationPoint[]) => withGoodput(points).map(({ goodputShare }) => goodputShare)

it('is the accepted rate at twice the highest rate that held, as a share of the highest accepted rate', () => {
  expect(sharesOf([point(500, 500, true), point(750, 625, false), point(1_000, 500, false)])).toEqual([
    undefined,
    undefined,
    0.8,
  ])
})

it('belongs to each channel', () => {
  const points = [
    point(100, 100, true),
    point(200, 90, false),
    point(400, 400, true, 'kafka'),
    point(800, 300, false, 'kafka'),
  ]

  expect(sharesOf(points)).toEqual([undefined, 0.9, undefined, 0.75])
})

it('is that of the last measurement, if the search has tried the rate before', () => {
  expect(sharesOf([point(100, 100, true), point(200, 50, false), point(200, 100, false)])).toEqual([
    undefined,
    undefined,
    1,
  ])
})

it('is unknown if no rate held, or twice the rate was not tried', () => {
  expect(sharesOf([point(100, 50, false), point(50, 20, false)])).toEqual([undefined, undefined])
  expect(sharesOf([point(100, 100, true), point(150, 120, false)])).toEqual([undefined, undefined])
})

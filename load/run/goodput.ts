import { CHANNELS, type SaturationPoint } from '../results'

/** The rate at which a search measures the overload, as a multiple of the highest rate that held. */
export const OVERLOAD = 2

/**
 * Adds the goodput under overload: of each channel, the accepted rate at twice the highest rate that held, as a share of the
 * highest accepted rate. A shop that refuses early keeps it near 1; a shop that works for clients that have given up does not.
 */
export function withGoodput(points: readonly SaturationPoint[]): SaturationPoint[] {
  const goodput = new Map(CHANNELS.flatMap((channel) => goodputOf(points.filter((point) => point.channel === channel))))
  return points.map((point) => {
    const goodputShare = goodput.get(point)
    return goodputShare === undefined ? point : { ...point, goodputShare }
  })
}

function goodputOf(points: readonly SaturationPoint[]): [SaturationPoint, number][] {
  const held = Math.max(0, ...points.filter(({ holds }) => holds).map(({ ratePerSecond }) => ratePerSecond))
  const peak = Math.max(0, ...points.map(({ acceptedPerSecond }) => acceptedPerSecond))
  // Only the last one: the search may have tried the same rate before.
  const overload = points.findLast(({ ratePerSecond }) => ratePerSecond === held * OVERLOAD)
  return overload === undefined || peak === 0 ? [] : [[overload, overload.acceptedPerSecond / peak]]
}

export type Range = readonly [least: number, greatest: number]

const STEPS = [1, 2, 5, 10]

/** From zero to the next round number, or to `leastEnd` when all values are below it. */
export function linearRange(values: Iterable<number>, leastEnd = 0): Range {
  let greatest = 0
  for (const value of values) if (Number.isFinite(value)) greatest = Math.max(greatest, value)
  if (greatest <= leastEnd) return [0, leastEnd || 1]
  const magnitude = 10 ** Math.floor(Math.log10(greatest))
  const fine = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]
  return [0, magnitude * (fine.find((step) => step * magnitude >= greatest * 1.04) ?? 12)]
}

/** Between round numbers (1, 2 or 5 times a power of ten) that enclose all values above zero. */
export function logRange(values: Iterable<number>): Range {
  let least = Number.POSITIVE_INFINITY
  let greatest = 0
  for (const value of values) {
    if (!(value > 0 && Number.isFinite(value))) continue
    least = Math.min(least, value)
    greatest = Math.max(greatest, value)
  }
  if (greatest === 0) return [1, 10]
  const floor = 10 ** Math.floor(Math.log10(least))
  const ceiling = 10 ** Math.floor(Math.log10(greatest))
  const low = floor * (STEPS.findLast((step) => step * floor <= least) ?? 1)
  const high = ceiling * (STEPS.find((step) => step * ceiling >= greatest) ?? 10)
  return low < high ? [low, high] : [low, low * 10]
}

/** The round numbers in a range: all of them if they are at most `most`, otherwise only the powers of ten. */
export function logTicks([least, greatest]: Range, most: number): number[] {
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(greatest)); power += 1) {
    // Parsed from text, because powers of a binary fraction are not exact.
    for (const step of [1, 2, 5]) ticks.push(Number(`${step}e${power}`))
  }
  const inside = ticks.filter((tick) => tick >= least * 0.999 && tick <= greatest * 1.001)
  return inside.length <= most
    ? inside
    : inside.filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6))
}

/**
 * Numbers as text: three significant digits are enough to compare, and thousands are separated by commas. What is not 0
 * is never shown as 0, and 0 has no sign.
 */

/** Shown in place of a number that is not known. */
export const UNKNOWN = '–'

type Format = (value: number | undefined) => string

function orUnknown(format: (value: number) => string): Format {
  return (value) => (value === undefined || !Number.isFinite(value) ? UNKNOWN : format(value))
}

const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 0, signDisplay: 'negative' })

export const formatCount = orUnknown((count) => COUNT.format(count))

/** A number with a fixed number of digits after the point. */
function fixed(value: number, digits: number): string {
  const least = 10 ** -digits
  if (value > 0 && value < least / 2) return `< ${least}`
  return Math.abs(value) < least / 2 ? (0).toFixed(digits) : value.toFixed(digits)
}

/** Events per second, without the unit. */
export const formatRate = orUnknown((perSecond) =>
  perSecond !== 0 && perSecond < 99.95 ? fixed(perSecond, 1) : formatCount(perSecond),
)

/** Events per second, such as `400/s`. */
export const formatPerSecond = orUnknown((perSecond) => `${formatRate(perSecond)}/s`)

/** Milliseconds, without the unit. */
export const formatMs = orUnknown((ms) => {
  if (ms === 0 || ms >= 99.95) return formatCount(ms)
  return fixed(ms, ms >= 9.995 ? 1 : 2)
})

/** A latency with its unit, such as `3.12 ms`, `1,235 ms` or `12.3 s`. */
export const formatLatency = orUnknown((ms) => (ms >= 9_999.5 ? `${fixed(ms / 1_000, 1)} s` : `${formatMs(ms)} ms`))

/** Milliseconds on an axis: as few digits as possible. */
export function formatAxisMs(ms: number): string {
  return ms < 1 || !Number.isInteger(ms) ? String(Number(ms.toPrecision(3))) : formatCount(ms)
}

/** A length of time, such as `850 ms`, `4.2 s`, `1 min 30 s` or `2 h 5 min`. */
export const formatDuration = orUnknown((ms) => {
  if (ms < 999.5) return `${ms > 0 ? fixed(ms, 0) : formatCount(ms)} ms`
  if (ms < 59_950) return `${Number((ms / 1_000).toFixed(ms < 9_950 ? 1 : 0))} s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 3_600) return inTwoUnits(seconds, 60, 'min', 's')
  return inTwoUnits(Math.round(seconds / 60), 60, 'h', 'min')
})

function inTwoUnits(amount: number, perUnit: number, unit: string, smallerUnit: string): string {
  const rest = amount % perUnit
  const whole = `${Math.floor(amount / perUnit)} ${unit}`
  return rest === 0 ? whole : `${whole} ${rest} ${smallerUnit}`
}

/** The age of an event in one unit, such as `42 s ago`. */
export function formatAgo(fromMs: number, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - fromMs) / 1_000)
  if (seconds < 5) return 'just now'
  if (seconds < 59.5) return `${seconds.toFixed(0)} s ago`
  if (seconds < 3_570) return `${(seconds / 60).toFixed(0)} min ago`
  return seconds < 172_800 ? `${(seconds / 3_600).toFixed(0)} h ago` : `${(seconds / 86_400).toFixed(0)} days ago`
}

/** A share of 1 as a percentage. Only 0 is shown as `0 %`, and only 1 as `100 %`. */
export const formatShare = orUnknown((share) => {
  const percent = share * 100
  if (percent > 0 && percent < 0.01) return '< 0.01 %'
  if (percent < 100 && percent >= 99.95) return '> 99.9 %'
  return `${Number(percent.toFixed(percent < 1 ? 2 : 1)) || 0} %`
})

/** A change by a share of 1, such as `+12 %` or `-0.4 %`. */
export const formatChange = orUnknown((share) => {
  const percent = Number((share * 100).toFixed(Math.abs(share) < 0.0995 ? 1 : 0)) || 0
  return `${percent > 0 ? '+' : ''}${formatDecimal(percent)} %`
})

function formatDecimal(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(value)
}

/** A whole percentage, such as that of a busy processor core. */
export const formatPercent = orUnknown((percent) => `${fixed(percent, 0)} %`)

/**
 * A measured value beside its limit, as part of a sentence. If it exceeds the limit, the two never look equal.
 * @param format also formats the limit
 */
export function formatAgainst(value: number, limit: number, format: (value: number) => string): string {
  const text = format(value).replace(/^< /, 'less than ').replace(/^> /, 'more than ')
  return value > limit && text === format(limit) ? `slightly more than ${text}` : text
}

export const formatBytes = orUnknown((bytes) => {
  const mebibytes = bytes / 2 ** 20
  return mebibytes >= 1_023.5 ? `${fixed(mebibytes / 1_024, 1)} GiB` : `${fixed(mebibytes, 0)} MiB`
})

/** A point in time, such as `2026-11-24 02:35:19 UTC`. Text that is not a point in time stays as it is. */
export function formatInstant(iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? iso : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** The share of a quantile, such as `99.9 %`, without the rounding errors of binary fractions. */
export function formatQuantile(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`
}

/** A count with its noun, such as `1 step` or `3 steps`. */
export function plural(count: number, singular: string): string {
  return `${formatCount(count)} ${singular}${count === 1 ? '' : 's'}`
}

/** Figures as people read them: three digits are enough to compare, and thousands are set apart. */

/** Milliseconds, without the unit. */
export function formatMs(ms: number): string {
  if (ms >= 100) return formatCount(ms)
  return ms.toFixed(ms >= 10 ? 1 : 2)
}

/** Of anything per second, without the unit. */
export function formatRate(perSecond: number): string {
  return perSecond > 0 && perSecond < 100 ? perSecond.toFixed(1) : formatCount(perSecond)
}

const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

export function formatCount(count: number): string {
  return COUNT.format(count)
}

export function formatShare(share: number): string {
  const percent = share * 100
  if (percent === 0 || percent >= 99.95) return `${percent.toFixed(0)} %`
  return percent < 0.01 ? '< 0.01 %' : `${percent.toFixed(percent < 1 ? 2 : 1)} %`
}

/** Such as `850 ms`, `4.2 s` or `1 min 30 s`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${formatCount(ms)} ms`
  if (ms < 59_950) return `${Number((ms / 1000).toFixed(ms < 9950 ? 1 : 0))} s`
  const seconds = Math.round(ms / 1000)
  const rest = seconds % 60
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`
}

export function formatBytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20
  return mebibytes >= 1024 ? `${(mebibytes / 1024).toFixed(1)} GiB` : `${mebibytes.toFixed(0)} MiB`
}

/** Such as `2026-11-24 02:35:19 UTC`; what is no point in time is shown as it is. */
export function formatInstant(iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? iso : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** Such as `99.9 %`, without the noise of binary fractions. */
export function formatQuantile(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`
}

/** Milliseconds or seconds, with the unit. */
export function milliseconds(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${formatMs(ms)} ms`
}

export function percent(share: number): string {
  const value = share * 100
  return `${value === 0 || value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2))} %`
}

export function perSecond(rate: number): string {
  return `${formatRate(rate)}/s`
}

/** Three digits, which is all that a percentile of a histogram has. */
export function milliseconds(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`
}

export function percent(share: number): string {
  const value = share * 100
  return `${value === 0 || value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2))} %`
}

export function perSecond(rate: number): string {
  return `${rate >= 100 ? Math.round(rate).toLocaleString('en') : rate.toFixed(1)}/s`
}

export function count(number: number): string {
  return number.toLocaleString('en')
}

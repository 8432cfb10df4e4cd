import { formatCount, formatMs, formatRate } from '../report/format'

/** Figures as the report writes them, with their units. */

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

export const count = formatCount

/** What is shown where a number is not known. */
export const UNKNOWN = '–'

export function formatCount(count: number | undefined): string {
  return count === undefined ? UNKNOWN : Math.round(count).toLocaleString('en-US')
}

/** Three digits tell enough. */
export function formatRate(perSecond: number | undefined): string {
  if (perSecond === undefined) return UNKNOWN
  if (perSecond === 0) return '0'
  // What would be rounded to 10.0 is 10.
  return perSecond < 9.95 ? perSecond.toFixed(1) : formatCount(perSecond)
}

export function formatSeconds(seconds: number | undefined): string {
  if (seconds === undefined) return UNKNOWN
  const ms = seconds * 1_000
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${ms.toFixed(0)} ms`
  if (seconds < 100) return `${seconds.toFixed(1)} s`
  return seconds < 7_200 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3_600).toFixed(0)} h`
}

export function formatAgo(fromMs: number, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - fromMs) / 1_000)
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds.toFixed(0)} s ago`
  if (seconds < 3_600) return `${(seconds / 60).toFixed(0)} min ago`
  return seconds < 172_800 ? `${(seconds / 3_600).toFixed(0)} h ago` : `${(seconds / 86_400).toFixed(0)} days ago`
}

export function plural(count: number, singular: string): string {
  return `${formatCount(count)} ${singular}${count === 1 ? '' : 's'}`
}

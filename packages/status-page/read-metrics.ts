/** One series of a scrape. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The series of a scrape by metric name. The buckets of a histogram have the suffix `_bucket`. */
export type Scrape = ReadonlyMap<string, readonly Series[]>

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+([+-]?(?:[\d.]+(?:e[+-]?\d+)?|Inf|NaN))(?:\s|$)/i
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g
const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' }

/** Reads the text format of Prometheus. Ignores lines that are not samples. */
export function readMetrics(text: string): Scrape {
  const scrape = new Map<string, Series[]>()
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? []
    if (name === undefined || value === undefined) continue
    const series = { labels: readLabels(labels), value: toNumber(value) }
    const known = scrape.get(name)
    if (known) known.push(series)
    else scrape.set(name, [series])
  }
  return scrape
}

/** The sum of the series with these labels; undefined if there are none. */
export function total(scrape: Scrape, name: string, labels: Series['labels'] = {}): number | undefined {
  const matching = withLabels(scrape, name, labels)
  return matching.length === 0 ? undefined : matching.reduce((sum, { value }) => sum + value, 0)
}

export function withLabels(scrape: Scrape, name: string, labels: Series['labels']): readonly Series[] {
  const wanted = Object.entries(labels)
  return (scrape.get(name) ?? []).filter((series) => wanted.every(([key, value]) => series.labels[key] === value))
}

function readLabels(text: string): Series['labels'] {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, key = '', value = '']) => [
      key,
      value.replaceAll(/\\./g, (escaped) => ESCAPES[escaped] ?? escaped),
    ]),
  )
}

function toNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text)
}

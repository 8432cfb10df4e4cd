import { bodyOf, type ShopClient } from './shop-client'

const SERIES = /^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>.*)\})? (?<value>\S+)$/
const LABEL = /(?<name>[a-zA-Z_]\w*)="(?<value>(?:[^"\\]|\\.)*)"(?:,|$)/gy

/** The result of one request to /metrics. */
export interface Reading {
  /** The type of each metric by its name, including metrics without a sample. */
  readonly types: ReadonlyMap<string, string>
  /** The value of a series, undefined if there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined
}

/** @throws when a line is neither a comment nor a sample in the text format of Prometheus */
export async function readMetrics(client: ShopClient): Promise<Reading> {
  return parseMetrics(bodyOf<string>(await client.get('/metrics'), 200))
}

export function parseMetrics(text: string): Reading {
  const types = new Map<string, string>()
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, comment, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (comment === 'TYPE') types.set(name, rest)
    if (comment !== undefined || line === '') continue
    const series = SERIES.exec(line)?.groups
    if (!series?.name || series.value === undefined) throw new Error(`not a sample: ${line}`)
    values.set(keyOf(series.name, parseLabels(series.labels ?? '')), toNumber(series.value))
  }
  return { types, value: (name, labels = {}) => values.get(keyOf(name, labels)) }
}

function parseLabels(text: string): Record<string, string> {
  const found = [...text.matchAll(LABEL)]
  if (found.map(([whole]) => whole).join('') !== text) throw new Error(`not labels: ${text}`)
  return Object.fromEntries(found.map(({ groups }) => [groups?.name, groups?.value]))
}

function toNumber(text: string): number {
  const value = text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text)
  // prom-client writes `Nan`; readers accept any spelling.
  if (Number.isNaN(value) && !/^nan$/i.test(text)) throw new Error(`not a value: ${text}`)
  return value
}

function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(labels).sort()])
}

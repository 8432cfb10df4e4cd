import { formatCount, formatDuration, milliseconds, perSecond } from '../look/format'
import type { ChannelResult, Latency, Results, StepResult } from '../results'
import { auditedOrders } from '../verdict/audited-orders'

/** What a run found, for a terminal: audit, verdict, table. */
export function summaryText(results: Results): string {
  const { verdict, run, channels, steps, reconciliation, saturation } = results
  const isMatrix = steps.some(({ clients }) => clients !== undefined)
  const note = auditedOrders(results)
  const blocks = [
    [`${verdict.status}  ${verdict.headline}`],
    run.ending === 'complete' ? [] : [`partial results (${run.ending}): ${run.reason}`],
    reconciliation.complaints.map((complaint) => `  ! ${complaint}`),
    verdict.findings.map(({ holds, name, detail }) => `  ${holds ? '✓' : '✗'} ${name}: ${detail}`),
    table(isMatrix ? steps.map(stepRow) : channels.map(channelRow)),
    table(channels.flatMap(otherRows)),
    note === undefined ? [] : [note],
    saturation === undefined ? [] : highestRates(results),
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

type Row = Readonly<Record<string, string>>

function channelRow(channel: ChannelResult): Row {
  const { latencies, requests, rates, drainMs, maxBacklog } = channel
  return {
    channel: channel.channel,
    ...figures({ latencies, requests, rates }),
    drain: formatDuration(drainMs),
    backlog: formatCount(maxBacklog),
  }
}

function stepRow(step: StepResult): Row {
  const { name, clients = 0, latencies, requests, rates, drainMs } = step
  return {
    step: name,
    clients: formatCount(clients),
    ...figures({ latencies, requests, rates }),
    drain: formatDuration(drainMs),
  }
}

function figures({ latencies, requests, rates }: Pick<ChannelResult, 'latencies' | 'requests' | 'rates'>): Row {
  const { response, committed } = latencies
  return {
    orders: formatCount(requests.offered),
    offered: perSecond(rates.offeredPerSecond),
    accepted: perSecond(rates.acceptedPerSecond),
    committed: perSecond(rates.committedPerSecond),
    'answer p50': latency(response, 'p50Ms'),
    'answer p99': latency(response, 'p99Ms'),
    'commit p50': latency(committed, 'p50Ms'),
    'commit p99': latency(committed, 'p99Ms'),
    refused: formatCount(requests.refused),
    failed: formatCount(requests.failed + requests.dropped),
  }
}

function otherRows({ channel, others = [] }: ChannelResult): Row[] {
  return others.map(({ kind, requests, response }) => ({
    beside: channel,
    request: kind,
    sent: formatCount(requests.offered),
    'answer p50': latency(response, 'p50Ms'),
    'answer p99': latency(response, 'p99Ms'),
    refused: formatCount(requests.refused),
    failed: formatCount(requests.failed + requests.dropped),
  }))
}

/** What was never measured is no zero. */
function latency(measured: Latency, percentile: 'p50Ms' | 'p99Ms'): string {
  return measured.count === 0 ? '–' : milliseconds(measured[percentile])
}

function highestRates({ saturation = [], channels }: Results): string[] {
  return channels.map(({ channel }) => {
    const points = saturation.filter((point) => point.channel === channel)
    const best = Math.max(0, ...points.filter(({ holds }) => holds).map(({ ratePerSecond }) => ratePerSecond))
    const isLeast = points.some(({ generatorGaveOut, ratePerSecond }) => generatorGaveOut && ratePerSecond > best)
    const rate = best === 0 ? 'held at no rate that was tried' : `holds ${perSecond(best)}`
    const doubt =
      best === 0
        ? ': the generator was late before the shop was'
        : ', perhaps more: above it the generator was late before the shop was'
    return `${channel.padEnd(9)} ${rate}${isLeast ? doubt : ''}`
  })
}

/** Figures to the right, as they are compared; the first column is a name. */
export function table(rows: readonly Row[]): string[] {
  const columns = Object.keys(rows[0] ?? {})
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')
  return columns.length === 0
    ? []
    : [line(columns), ...rows.map((row) => line(columns.map((column) => row[column] ?? '')))]
}

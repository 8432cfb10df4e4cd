import { formatCount, formatDuration, formatLatency, formatPerSecond, UNKNOWN } from '@ecommerce/look/format'
import type { ChannelResult, Latency, Results, StepResult } from '../results'
import { auditedOrders } from '../verdict/audited-orders'

/** The results of a run for a terminal: verdict, audit and figures. */
export function summaryText(results: Results): string {
  const { verdict, run, channels, steps, reconciliation, saturation } = results
  const isMatrix = steps.some(({ clients }) => clients !== undefined)
  const note = auditedOrders(results)
  const blocks = [
    [`${verdict.status}  ${verdict.headline}`],
    run.ending === 'complete' ? [] : [`partial results (${run.ending}): ${run.reason}`],
    reconciliation.discrepancies.map((discrepancy) => `  ! ${discrepancy}`),
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
    offered: formatPerSecond(rates.offeredPerSecond),
    accepted: formatPerSecond(rates.acceptedPerSecond),
    committed: formatPerSecond(rates.committedPerSecond),
    'response p50': latency(response, 'p50Ms'),
    'response p99': latency(response, 'p99Ms'),
    'commit p50': latency(committed, 'p50Ms'),
    'commit p99': latency(committed, 'p99Ms'),
    refused: formatCount(requests.refused),
    failed: formatCount(requests.failed),
    dropped: formatCount(requests.dropped),
  }
}

function otherRows({ channel, others = [] }: ChannelResult): Row[] {
  return others.map(({ kind, requests, response }) => ({
    channel,
    request: kind,
    offered: formatCount(requests.offered),
    'response p50': latency(response, 'p50Ms'),
    'response p99': latency(response, 'p99Ms'),
    refused: formatCount(requests.refused),
    failed: formatCount(requests.failed),
    dropped: formatCount(requests.dropped),
  }))
}

/** A latency without samples is unknown, not 0. */
function latency(measured: Latency, percentile: 'p50Ms' | 'p99Ms'): string {
  return measured.count === 0 ? UNKNOWN : formatLatency(measured[percentile])
}

function highestRates({ saturation = [], channels }: Results): string[] {
  return channels.map(({ channel }) => {
    const points = saturation.filter((point) => point.channel === channel)
    const best = Math.max(0, ...points.filter(({ holds }) => holds).map(({ ratePerSecond }) => ratePerSecond))
    const isLowerBound = points.some(
      ({ limitedByGenerator, ratePerSecond }) => limitedByGenerator && ratePerSecond > best,
    )
    const rate = best === 0 ? 'holds none of the rates' : `holds ${formatPerSecond(best)}`
    const reservation =
      best === 0
        ? ': limited by the generator, not by the shop'
        : ', perhaps more: above this rate the generator was the limit, not the shop'
    return `${channel.padEnd(9)} ${rate}${isLowerBound ? reservation : ''}`
  })
}

/** Aligns figures to the right and the first column, a name, to the left. */
export function table(rows: readonly Row[]): string[] {
  const columns = Object.keys(rows[0] ?? {})
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')
  return columns.length === 0
    ? []
    : [line(columns), ...rows.map((row) => line(columns.map((column) => row[column] ?? '')))]
}

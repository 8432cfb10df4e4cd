import { formatCount, formatDuration, formatLatency, formatPerSecond, formatShare } from '@ecommerce/look/format'
import type { ChannelResult, Latencies, Latency, Rates, RequestCounts, Results, StepResult } from '../results'
import { auditedOrders } from '../verdict/audited-orders'
import { causesText } from '../verdict/causes-text'
import { isBelowResponse, percentileOf, type SummaryPercentile, surprisesIn } from '../verdict/surprises'

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
    table(isMatrix ? steps.map(stepCounts) : channels.map(channelCounts)),
    table(isMatrix ? steps.map(stepLatencies) : channels.map(channelLatencies)),
    table(channels.flatMap(otherRows)),
    channels.flatMap(causesOf),
    note === undefined ? [] : [note],
    ...surprisesIn(channels),
    saturation === undefined ? [] : highestRates(results),
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

type Row = Readonly<Record<string, string>>

function channelCounts(channel: ChannelResult): Row {
  const { requests, rates, drainMs, maxBacklog } = channel
  return {
    channel: channel.channel,
    ...counts(requests, rates),
    drain: formatDuration(drainMs),
    backlog: formatCount(maxBacklog),
  }
}

function channelLatencies({ channel, latencies }: ChannelResult): Row {
  return { channel, ...latencyCells(latencies) }
}

function stepLatencies({ name, latencies }: StepResult): Row {
  return { step: name, ...latencyCells(latencies) }
}

function stepCounts({ name, clients = 0, requests, rates, drainMs }: StepResult): Row {
  return { step: name, clients: formatCount(clients), ...counts(requests, rates), drain: formatDuration(drainMs) }
}

function counts(requests: RequestCounts, rates: Rates): Row {
  return {
    orders: formatCount(requests.offered),
    offered: formatPerSecond(rates.offeredPerSecond),
    accepted: formatPerSecond(rates.acceptedPerSecond),
    committed: formatPerSecond(rates.committedPerSecond),
    refused: formatCount(requests.refused),
    failed: formatCount(requests.failed),
    dropped: formatCount(requests.dropped),
  }
}

function latencyCells(latencies: Latencies): Row {
  const commit = (percentile: SummaryPercentile) =>
    latency(latencies.commit, percentile) + (isBelowResponse({ latencies }, percentile) ? '*' : '')
  return {
    'response p50': latency(latencies.response, 'p50Ms'),
    'response p95': latency(latencies.response, 'p95Ms'),
    'response p99': latency(latencies.response, 'p99Ms'),
    'commit p50': commit('p50Ms'),
    'commit p95': commit('p95Ms'),
    'commit p99': commit('p99Ms'),
  }
}

/** Why requests failed or were refused. */
function causesOf({ channel, requests }: ChannelResult): string[] {
  return [
    ...(requests.failed > 0 ? [`${channel} failed: ${causesText(requests.failures)}`] : []),
    ...(requests.refused > 0 ? [`${channel} refused: ${causesText(requests.refusals)}`] : []),
  ]
}

function otherRows({ channel, others = [] }: ChannelResult): Row[] {
  return others.map(({ kind, requests, response }) => ({
    channel,
    request: kind,
    offered: formatCount(requests.offered),
    'response p50': latency(response, 'p50Ms'),
    'response p95': latency(response, 'p95Ms'),
    'response p99': latency(response, 'p99Ms'),
    refused: formatCount(requests.refused),
    failed: formatCount(requests.failed),
    dropped: formatCount(requests.dropped),
  }))
}

/** A latency without samples is unknown, not 0. */
function latency(measured: Latency, percentile: SummaryPercentile): string {
  return formatLatency(percentileOf(measured, percentile))
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
    const goodput = points.find(({ goodputShare }) => goodputShare !== undefined)?.goodputShare
    const overload = goodput === undefined ? '' : `; at twice that rate it accepts ${formatShare(goodput)} of its peak`
    return `${channel.padEnd(9)} ${rate}${isLowerBound ? reservation : ''}${overload}`
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

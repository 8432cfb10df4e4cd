import { formatCount, formatDuration } from '@ecommerce/look/format'
import { CHANNELS } from '../../load/results'
import type { CellResult, FaultResults, ResourceTrend, Skipped } from '../results'
import { resourceText } from './resource-text'

/** The line of a cell, as soon as it has ended. */
export function cellLine(cell: CellResult): string {
  const mark = cell.broken.length === 0 ? '✓' : '✗'
  return [
    `${mark} ${cell.fault.padEnd(32)} ${figures(cell)}`,
    ...cell.broken.map((sentence) => `    ! ${sentence}`),
  ].join('\n')
}

export function skippedLine({ fault, reason }: Skipped): string {
  return `- ${fault.padEnd(32)} skipped: ${reason}`
}

const HEADINGS = [
  'fault',
  'channel',
  'accepted',
  '503',
  'refused',
  'failed',
  'lost',
  'doubled',
  'oversold',
  'longest',
  'gap',
  'recovery',
] as const

/** The matrix: a row for each fault and channel. */
export function matrixTable(cells: readonly CellResult[]): string {
  const rows = cells.flatMap((cell) =>
    cell.channels.map((outcome, index) => [
      index === 0 ? cell.fault : '',
      outcome.channel,
      formatCount(outcome.accepted),
      formatCount(outcome.unavailable),
      formatCount(outcome.refused),
      formatCount(outcome.failed),
      formatCount(outcome.lost),
      formatCount(outcome.doubled),
      index === 0 ? formatCount(cell.oversold) : '',
      formatDuration(outcome.longestResponseMs),
      formatDuration(outcome.longestGapMs),
      outcome.recoveryMs === undefined ? 'none' : formatDuration(outcome.recoveryMs),
    ]),
  )
  const all = [[...HEADINGS], ...rows]
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all
    .map((row) =>
      row
        .map((text, column) => (column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The results of a run: verdict, matrix, and what was not tried. */
export function summaryText(results: FaultResults): string {
  const { status, cells, skipped, resources, run } = results
  const blocks = [
    [`${status}  ${headline(results)}`],
    run.ending === 'complete' ? [] : [`partial results (${run.ending})${run.reason ? `: ${run.reason}` : ''}`],
    cells.length === 0 ? [] : [matrixTable(cells)],
    cells.flatMap(({ fault, broken }) => broken.map((sentence) => `  ✗ ${fault}: ${sentence}`)),
    skipped.map(skippedLine),
    (resources ?? []).map((trend: ResourceTrend) => `  ${trend.isFlat ? '✓' : '✗'} ${resourceText(trend)}`),
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

export function headline({ cells }: FaultResults): string {
  const failed = cells.filter(({ broken }) => broken.length > 0).length
  const sum = (of: (cell: CellResult) => number) => formatCount(cells.reduce((total, cell) => total + of(cell), 0))
  const audit = `${sum((cell) => total(cell, 'accepted'))} orders accepted, ${sum((cell) => total(cell, 'lost'))} lost, ${sum((cell) => total(cell, 'doubled'))} doubled, ${sum(({ oversold }) => oversold)} products oversold.`
  const faults = `${formatCount(cells.length)} faults`
  const promises =
    failed === 0 ? `Every promise held in ${faults}.` : `Promises were broken in ${formatCount(failed)} of ${faults}.`
  return `${promises} ${audit}`
}

function total(cell: CellResult, name: 'accepted' | 'lost' | 'doubled'): number {
  return cell.channels.reduce((sum, outcome) => sum + outcome[name], 0)
}

/** Requests that are sent later than this make every figure doubtful. */
const BUSY_MS = 1_000

/** For example `longest 812 ms, recovery sync 0 ms, kafka 3.1 s, rabbitmq 0 ms`. */
function figures({ channels }: CellResult): string {
  const longest = Math.max(...channels.map(({ longestResponseMs }) => longestResponseMs))
  const delay = Math.max(...channels.map(({ longestSendDelayMs }) => longestSendDelayMs))
  const recoveries = CHANNELS.flatMap((channel) => {
    const outcome = channels.find((one) => one.channel === channel)
    if (outcome === undefined) return []
    return [`${channel} ${outcome.recoveryMs === undefined ? 'none' : formatDuration(outcome.recoveryMs)}`]
  })
  const unavailable = channels.reduce((sum, outcome) => sum + outcome.unavailable, 0)
  const failed = channels.reduce((sum, outcome) => sum + outcome.failed, 0)
  return `503 ${formatCount(unavailable)}, failed ${formatCount(failed)}, longest ${formatDuration(longest)}${delay > BUSY_MS ? ` (sent ${formatDuration(delay)} late: the machine is busy)` : ''}; recovery: ${recoveries.join(', ')}`
}

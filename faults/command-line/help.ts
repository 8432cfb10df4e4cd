import { EXIT_CODES } from '../../load/exit-codes'
import type { Fault } from '../catalogue/fault'
import { FLAGS } from './flags'

const EXAMPLES = [
  ['npm run faults', 'each fault once, in about half an hour'],
  ['npm run faults -- --only mysql:*', 'only the faults of MySQL'],
  ['npm run faults -- --only *:freeze,*:kill --seconds 20', 'longer ones of a few kinds'],
  ['npm run faults -- --for 1h', 'an hour with a random fault a minute'],
  ['npm run faults -- --nodes 3', 'the loss of each node of three clusters'],
] as const

export function helpText(): string {
  const flags = Object.entries(FLAGS).map(
    ([name, flag]) => [`--${name}${'value' in flag ? ` ${flag.value}` : ''}`, flag.help] as const,
  )
  return [
    'Starts a shop and servers of its own, injects one fault after another under load, and audits after each of them that',
    'no order was lost, doubled or oversold.',
    '',
    'Usage: npm run faults -- [FLAGS]',
    '',
    'Flags',
    ...columns(flags),
    '',
    'Examples',
    ...columns(EXAMPLES),
    '',
    'Exit codes',
    ...columns(Object.values(EXIT_CODES).map(({ code, means }) => [String(code), means])),
    '',
    'What each fault means for callers: docs/runbook.md',
  ].join('\n')
}

export function listText(faults: readonly Fault[]): string {
  return columns(faults.map(({ id, title }) => [id, title])).join('\n')
}

function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

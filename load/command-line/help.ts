import { FLAGS } from './flags'
import { PROFILE_NAMES } from './options'
import { PROFILES } from './profiles'

const EXAMPLES = [
  ['npm run load', 'compares the three channels, in two minutes'],
  ['npm run load -- quick --channels kafka,rabbitmq', 'a first look at two of them'],
  ['npm run load -- standard --rate 800 --seed 7', 'twice the load, and the same choices every time'],
  ['npm run load -- soak --duration 1h --rate 300', 'overnight questions'],
  ['npm run load -- compare before/results.json after/results.json', 'whether a change made it slower'],
] as const

export const EXIT_CODES = {
  pass: { code: 0, means: 'PASS' },
  fail: { code: 1, means: 'FAIL: orders or stock do not add up, an objective was missed; a regression' },
  usage: { code: 2, means: 'the command line makes no sense' },
  invalid: { code: 3, means: 'INVALID: the generator could not keep up, so the figures mean nothing' },
  failed: { code: 4, means: 'the shop or the results folder could not be used' },
  interrupted: { code: 130, means: 'interrupted (Ctrl-C); partial results are kept' },
} as const

export function helpText(): string {
  const flags = Object.entries(FLAGS).map(
    ([name, flag]) => [`--${name}${'value' in flag ? ` ${flag.value}` : ''}`, flag.help] as const,
  )
  return [
    'Puts load on a running shop, compares its order channels, and audits that no order was lost, doubled or oversold.',
    '',
    'Usage: npm run load -- [PROFILE] [FLAGS]',
    '       npm run load -- compare BEFORE.json AFTER.json',
    '',
    'Profiles',
    ...columns(PROFILE_NAMES.map((name) => [name, PROFILES[name].summary])),
    '',
    'Flags (a profile has defaults of its own where none is named)',
    ...columns(flags),
    '',
    'Examples',
    ...columns(EXAMPLES),
    '',
    'Exit codes',
    ...columns(Object.values(EXIT_CODES).map(({ code, means }) => [String(code), means])),
    '',
    'How to read the report, and what not to conclude from it: docs/load-testing.md',
  ].join('\n')
}

function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

import { EXIT_CODES } from '../exit-codes'
import { FLAGS } from './flags'
import { PROFILE_NAMES } from './options'
import { PROFILES } from './profiles'

const EXAMPLES = [
  ['npm run load', 'compares the three channels, in two minutes'],
  ['npm run load -- quick --channels kafka,rabbitmq', 'a first look at two channels'],
  ['npm run load -- standard --rate 800 --seed 7', 'twice the load, with reproducible random choices'],
  ['npm run load -- soak --duration 1h --rate 300', 'a long run, for example overnight'],
  ['npm run load -- compare before/results.json after/results.json', 'checks whether a change made the shop slower'],
] as const

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
    'Flags (without a default here, the profile has one; of a repeated flag the last value counts)',
    ...columns(flags),
    '',
    'Examples',
    ...columns(EXAMPLES),
    '',
    'Exit codes',
    ...columns(Object.values(EXIT_CODES).map(({ code, means }) => [String(code), means])),
    '',
    'A proxy in HTTP_PROXY is ignored: the load tool connects to the shop directly.',
    'How to read the report, and its limitations: docs/load-testing.md',
  ].join('\n')
}

function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

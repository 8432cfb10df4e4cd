import { describe, expect, it } from 'vitest'
import { UsageError } from '../usage-error'
import { parseCommandLine, RESET_TARGETS } from './command-line'

const DEFAULTS = { yes: false, deadLetters: false }

describe('the command line of npm run reset, topics and lag', () => {
  it('lists each named target once, in the order in which they are reset', () => {
    const { targets } = parseCommandLine(['reset', 'orders', 'kafka', 'orders']) as { targets?: unknown }

    expect(targets).toEqual(['kafka', 'orders'])
  })

  it('asks for confirmation and keeps dead letters by default', () => {
    expect(parseCommandLine(['reset', 'all'])).toEqual({ command: 'reset', targets: RESET_TARGETS, options: DEFAULTS })
    expect(parseCommandLine(['reset', '--yes', 'orders', '--dead-letters'])).toMatchObject({
      options: { yes: true, deadLetters: true },
    })
  })

  it.each([{ args: ['--partitions', '6'] }, { args: ['--partitions=6'] }])(
    'accepts a number of partitions: $args',
    ({ args }) => {
      expect(parseCommandLine(['reset', 'kafka', ...args])).toMatchObject({ options: { ...DEFAULTS, partitions: 6 } })
    },
  )

  it.each([
    [[], 'No command given'],
    [['drop'], 'Unknown command drop'],
    [['reset'], 'Name at least one target'],
    [['reset', '--yes'], 'Name at least one target'],
    [['reset', 'mysql'], 'Unknown target mysql'],
    [['reset', 'orders', '--force'], 'Unknown option --force'],
    [['reset', 'orders', '--partitions', '3'], '--partitions is an option of kafka'],
    [['reset', 'kafka', '--partitions'], '--partitions must be a number from 1 to 1000'],
    [['reset', 'kafka', '--partitions=0'], '--partitions must be a number from 1 to 1000'],
    [['reset', 'kafka', '--partitions', '1e9'], '--partitions must be a number from 1 to 1000'],
    [['lag', 'orders'], 'Unknown argument orders'],
  ])('refuses %j in one line', (args, problem) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError)
    expect(() => parseCommandLine(args)).toThrow(new RegExp(`^${problem}\\. Usage: [^\\n]+$`))
  })
})

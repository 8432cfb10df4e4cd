import { describe, expect, it } from 'vitest'
import { UsageError } from '../usage-error'
import { parseCommandLine } from './command-line'
import { SERVER_NAMES } from './server'

describe('the command line of npm run infra', () => {
  it('selects all servers when it names none', () => {
    expect(parseCommandLine(['up'])).toEqual({ command: 'up', servers: SERVER_NAMES, yes: false, nodes: undefined })
  })

  it('accepts each server that it names once', () => {
    expect(parseCommandLine(['logs', 'rabbitmq', 'mysql', 'mysql']).servers).toEqual(['mysql', 'rabbitmq'])
  })

  it('accepts --yes with reset, in any position', () => {
    expect(parseCommandLine(['--yes', 'reset', 'kafka'])).toEqual({ command: 'reset', servers: ['kafka'], yes: true })
  })

  it('accepts the number of nodes with up', () => {
    expect(parseCommandLine(['up', '--nodes', '3', 'kafka'])).toMatchObject({ servers: ['kafka'], nodes: 3 })
    expect(parseCommandLine(['up', '--nodes=1'])).toMatchObject({ servers: SERVER_NAMES, nodes: 1 })
    expect(parseCommandLine(['up']).nodes).toBeUndefined()
  })

  it.each([
    [[], 'No command given'],
    [['start'], 'Unknown command start'],
    [['up', 'postgres'], 'Unknown server postgres'],
    [['up', '--yes'], 'Unknown option --yes'],
    [['reset', '--force'], 'Unknown option --force'],
    [['down', '--nodes', '3'], 'Unknown option --nodes'],
    ...['2', '4', '0', '-1', '1.5', '7', 'three', '3 '].map((value): [string[], string] => [
      ['up', `--nodes=${value}`],
      '--nodes is one of 1, 3, 5: a majority needs an odd number',
    ]),
  ])('refuses %j in one line', (args, problem) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError)
    expect(() => parseCommandLine(args)).toThrow(new RegExp(`^${problem}\\. Usage: [^\\n]+$`))
  })
})

import { describe, expect, it } from 'vitest'
import { UsageError } from '../../load/command-line/usage-error'
import { CATALOGUE } from '../catalogue/catalogue'
import { helpText, listText } from './help'
import { parseCommandLine } from './parse-command-line'

const parse = (...args: string[]) => parseCommandLine(args, () => 7)

describe('the command line', () => {
  it('runs every fault by default', () => {
    expect(parse()).toEqual({
      name: 'run',
      options: {
        only: ['*'],
        home: 'host',
        faultSeconds: 10,
        ratePerSecond: 40,
        seed: 7,
        output: 'faults/results',
      },
    })
  })

  it('reads each flag', () => {
    const flags = ['--only', 'mysql:partition, kafka:*', '--seconds', '20', '--rate', '30', '--home', 'offline']

    expect(parse(...flags, '--seed', '3', '--for', '1h', '--output', 'x')).toMatchObject({
      options: {
        only: ['mysql:partition', 'kafka:*'],
        faultSeconds: 20,
        ratePerSecond: 30,
        home: 'offline',
        seed: 3,
        forMs: 3_600_000,
        output: 'x',
      },
    })
    expect(parse('--nodes', '3')).toMatchObject({ options: { nodes: 3 } })
  })

  it.each([
    [['--help'], 'help'],
    [['-h', '--rate', 'x'], 'help'],
    [['--list'], 'list'],
  ])('%s is the command %s', (args, name) => {
    expect(parse(...args)).toEqual({ name })
  })

  it.each([
    [['mysql'], /^unexpected mysql$/],
    [['--onyl', 'x'], /^unknown flag --onyl: did you mean --only\?$/],
    [['--only', 'mysql:partiton'], /^no fault matches mysql:partiton: did you mean mysql:partition\?$/],
    [['--only', ''], /^--only .* must be ids/],
    [['--only'], /^--only needs a value: LIST$/],
    [['--rate', '0'], /^--rate 0 must be a number/],
    [['--seconds', '--list'], /^--seconds needs a value/],
    [['--nodes', '5'], /^--nodes 5 must be 3$/],
    [['--nodes', '3', '--for', '1h'], /exclude each other/],
    [['--home', 'lambda'], /must be host or offline/],
    [['--for', '5'], /must be a time/],
    [['--list=yes'], /^--list has no value$/],
  ])('%s is refused in one line', (args, message) => {
    expect(() => parse(...args)).toThrow(UsageError)
    expect(() => parse(...args)).toThrow(message)
  })

  it('describes each flag, and lists each fault', () => {
    expect(helpText()).toMatch(/--only LIST .*--seconds N .*--for TIME/s)
    for (const { id } of CATALOGUE) expect(listText(CATALOGUE)).toContain(` ${id} `)
  })
})

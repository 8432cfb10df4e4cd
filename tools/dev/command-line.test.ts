import { describe, expect, it } from 'vitest'
import { UsageError } from '../usage-error'
import { parseCommandLine } from './command-line'

describe('the command line of npm run dev', () => {
  it.each([
    [[], {}],
    [['--inspect'], { inspectorPort: 9229 }],
    [['--inspect=9300'], { inspectorPort: 9300 }],
  ])('%j means %j', (args, options) => {
    expect(parseCommandLine(args)).toEqual(options)
  })

  it.each([[['--inspect=x']], [['--inspect=0']], [['--break']], [['now']]])('refuses %j', (args) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError)
    expect(() => parseCommandLine(args)).toThrow('Usage: npm run dev -- [--inspect[=port]]')
  })
})

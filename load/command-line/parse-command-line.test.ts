import { describe, expect, it } from 'vitest'
import { helpText } from './help'
import type { RunOptions } from './options'
import { PROFILE_NAMES } from './options'
import { parseCommandLine } from './parse-command-line'

function parse(args: string, baseUrl?: string): RunOptions {
  const command = parseCommandLine(args.split(' ').filter(Boolean), { baseUrl, randomSeed: () => 42 })
  if (command.name !== 'run') throw new Error(`${args} is the command ${command.name}`)
  return command.options
}

describe('the command line', () => {
  it('compares all channels of the local shop three times by default', () => {
    expect(parse('')).toMatchObject({
      url: 'http://localhost:3000',
      profile: 'standard',
      pattern: { kind: 'repeated', repetitions: 3 },
      channels: ['sync', 'kafka', 'rabbitmq'],
      seed: 42,
      livePort: 3_030,
      json: false,
    })
  })

  it('prefers --url to BASE_URL, and removes a slash at the end', () => {
    expect(parse('', 'http://desk:3110/').url).toBe('http://desk:3110')
    expect(parse('--url http://other', 'http://desk:3110').url).toBe('http://other')
    expect(parse('', '').url).toBe('http://localhost:3000')
  })

  it('prefers a flag to the default of the profile', () => {
    const options = parse('quick --rate 50.5 --duration 1m --repetitions 2 --channels rabbitmq,sync --objective-p99 0')

    expect(options.pattern).toEqual({ kind: 'repeated', ratePerSecond: 50.5, durationMs: 60_000, repetitions: 2 })
    expect(options.channels).toEqual(['sync', 'rabbitmq'])
    expect(options.objectives).toEqual({ committedP99Ms: 1_000, failedShare: 0.001 })
  })

  it.each([
    ['250ms', 250],
    ['3', 3_000],
    ['1.5s', 1_500],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ])('reads the time %s', (text, ms) => {
    expect(parse(`soak --rate 1 --duration ${text}`).pattern).toMatchObject({ durationMs: ms })
  })

  it.each([
    ['--nonsense', /Unknown option '--nonsense'/],
    ['nonsense', /unknown profile nonsense: choose one of quick, standard/],
    ['quick burst', /only one profile per run/],
    ['--rate', /argument missing/],
    ['--rate many', /--rate many must be a number from 0.1 to 100000/],
    ['--duration 3d', /--duration 3d must be a time/],
    ['--channels kafka,pigeon', /--channels kafka,pigeon must be of sync, kafka, rabbitmq/],
    ['--channels kafka,kafka', /must name each channel once/],
    ['--url localhost:3000', /--url localhost:3000 must be an address/],
    ['--live-port 70000', /must be a whole number from 0 to 65535/],
    ['seed --rate 5', /--rate is not supported by the profile seed/],
    ['quick --clients 5', /--clients is not supported by the profile quick/],
    ['soak --rate 10000 --duration 1h', /sends too many requests: at most 5,000,000/],
    ['compare one.json', /compare needs two files/],
    ['compare one.json two.json --rate 5', /compare does not support --rate/],
  ])('refuses %s in one line', (args, message) => {
    expect(() => parse(args)).toThrow(message)
    expect(() => parse(args)).toThrow(/^.*$/)
  })

  it('names BASE_URL if it is not an address', () => {
    expect(() => parse('', 'nonsense')).toThrow(/^BASE_URL nonsense must be an address/)
  })

  it.each(PROFILE_NAMES)('lists the profile %s in its help, and reads it', (profile) => {
    expect(helpText()).toContain(`\n  ${profile} `)
    expect(parse(profile).profile).toBe(profile)
  })

  it.each(['--help', '-h', 'help', 'quick --help'])('shows help for %s', (args) => {
    const command = parseCommandLine(args.split(' '), { baseUrl: undefined, randomSeed: () => 1 })
    expect(command).toEqual({ name: 'help' })
  })

  it('reads the two files of compare', () => {
    const command = parseCommandLine(['compare', 'a.json', 'b.json'], { baseUrl: undefined, randomSeed: () => 1 })
    expect(command).toEqual({ name: 'compare', before: 'a.json', after: 'b.json' })
  })
})

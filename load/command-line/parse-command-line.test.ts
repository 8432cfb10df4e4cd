import { describe, expect, it } from 'vitest'
import { EXIT_CODES } from '../exit-codes'
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

  it('accepts a path, and removes what does not change an address', () => {
    expect(parse('--url https://API.example:443/production/').url).toBe('https://api.example/production')
    expect(parse('--url http://[::1]:3000//').url).toBe('http://[::1]:3000')
  })

  it.each([
    '--url http://user:secret@localhost:3000',
    '--url http://user:sec/ret@localhost:3000',
    '--url user:secret@localhost:3000',
    '--url ftp://user:secret@localhost',
    '--ulr=http://user:secret@localhost',
    'http://user:secret@localhost:3000',
    'quick http://user:secret@localhost:3000',
    'compare http://user:secret@localhost:3000',
    '--out --url=http://user:secret@localhost:3000',
  ])('never prints the password of %s', (args) => {
    expect(() => parse(args)).toThrow()
    expect(() => parse(args)).not.toThrow(/secret|sec\/ret/)
    expect(() => parse('', args.replace(/^.*(--url |=)/, ''))).not.toThrow(/secret|sec\/ret/)
  })

  it('uses the last value of a repeated flag', () => {
    expect(parse('--rate 5 --rate 6').pattern).toMatchObject({ ratePerSecond: 6 })
    expect(parse('--objective-errors 1 --objective-failed 2').objectives).toMatchObject({ failedShare: 0.02 })
  })

  it('accepts the earlier names of objectives', () => {
    const { objectives } = parse('--objective-committed-p99 70 --objective-errors 5')
    expect(objectives).toMatchObject({ commitP99Ms: 70, failedShare: 0.05 })
  })

  it('prefers a flag to the default of the profile', () => {
    const options = parse('quick --rate 50.5 --duration 1m --repetitions 2 --channels rabbitmq,sync --objective-p99 0')

    expect(options.pattern).toEqual({ kind: 'repeated', ratePerSecond: 50.5, durationMs: 60_000, repetitions: 2 })
    expect(options.channels).toEqual(['sync', 'rabbitmq'])
    expect(options.objectives).toEqual({ commitP99Ms: 1_000, failedShare: 0.001 })
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
    ['--nonsense', /unknown flag --nonsense$/],
    ['nonsense', /unknown profile nonsense: choose one of quick, standard/],
    ['quick burst', /only one profile per run/],
    ['--rate', /--rate needs a value: N/],
    ['--rate --json', /--rate needs a value: N/],
    ['--rate=', /--rate "" must be a number/],
    ['--rate -5', /--rate -5 must be a number from 0.1 to 100000/],
    ['--rate NaN', /--rate NaN must be a number/],
    ['--rate 1e9', /--rate 1e9 must be a number/],
    ['--rate 99999999999999999999', /must be a number from 0.1 to 100000/],
    ['--rate 5 --rate six', /--rate six must be a number/],
    ['--rate five --rate 6', /--rate five must be a number/],
    ['--duraton 5s', /unknown flag --duraton: did you mean --duration\?/],
    ['-x', /unknown flag -x/],
    ['--json=yes', /--json has no value/],
    ['--out=', /--out "" must be a folder/],
    ['--channels=', /--channels "" must be of sync, kafka, rabbitmq/],
    ['--channels sync,', /must be of sync, kafka, rabbitmq/],
    ['--products -1', /must be a whole number from 1 to 1000/],
    ['--products 1.5', /must be a whole number from 1 to 1000/],
    ['standart', /unknown profile standart: did you mean standard\?/],
    ['compre a b', /unknown profile compre: did you mean compare\?/],
    ['http://localhost:3000', /for the address of the shop, use --url/],
    ['--rate many', /--rate many must be a number from 0.1 to 100000/],
    ['--duration 3d', /--duration 3d must be a time/],
    ['--channels kafka,pigeon', /--channels kafka,pigeon must be of sync, kafka, rabbitmq/],
    ['--channels kafka,kafka', /must name each channel once/],
    ['--url localhost:3000', /--url localhost:3000 must be an address/],
    ['--url=', /--url "" must be an address/],
    ['--url ftp://localhost', /must be an address such as http/],
    ['--url http://localhost:99999', /must be an address/],
    ['--url http://localhost:0', /must have a port from 1 to 65535/],
    ['--url http://localhost:3000/?x=1', /must not contain a query or a fragment/],
    ['--url http://localhost:3000/#top', /must not contain a query or a fragment/],
    ['--url http://user@localhost:3000', /must not contain a user name or a password/],
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

  it('lists the exit codes in its help', () => {
    for (const { code, means } of Object.values(EXIT_CODES))
      expect(helpText()).toMatch(new RegExp(`\n +${code} +${means}`))
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

describe('the credentials for a protected shop', () => {
  const credentialsOf = (args: string, environment: { token?: string; clientCredentials?: string } = {}) => {
    const command = parseCommandLine(args.split(' ').filter(Boolean), {
      baseUrl: undefined,
      randomSeed: () => 42,
      ...environment,
    })
    return command.name === 'run' ? command.options.credentials : undefined
  }
  const CLIENT = { kind: 'client', issuer: 'http://127.0.0.1:8089', id: 'staff,operator', secret: 'a:b' }

  it.each([
    ['', {}, undefined],
    ['--token a.b.c', {}, { kind: 'token', token: 'a.b.c' }],
    ['', { token: 'a.b.c' }, { kind: 'token', token: 'a.b.c' }],
    ['--client-credentials staff,operator:a:b', {}, CLIENT],
    ['', { clientCredentials: 'staff,operator:a:b' }, CLIENT],
    ['--token x.y.z', { clientCredentials: 'staff:a' }, { kind: 'token', token: 'x.y.z' }],
    [
      '--client-credentials a:b --issuer https://issuer.example/realm/',
      {},
      { kind: 'client', issuer: 'https://issuer.example/realm', id: 'a', secret: 'b' },
    ],
  ])('are, for "%s" and %j, %j', (args, environment, credentials) => {
    expect(credentialsOf(args, environment)).toEqual(credentials)
  })

  it.each([
    '--token s3cr!t',
    '--client-credentials s3cr!t',
    '--token a.b.c --client-credentials a:s3cr!t',
    '--issuer https://issuer.example',
    '--client-credentials a:s3cr!t --issuer ftp://issuer',
  ])('are refused for "%s", without showing a secret', (args) => {
    expect(() => credentialsOf(args)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('s3cr') }))
  })

  it('are refused in the environment, without showing a secret', () => {
    expect(() => credentialsOf('', { token: 's3cr!t' })).toThrow('SHOP_TOKEN must be an access token')
    expect(() => credentialsOf('', { clientCredentials: 's3cr!t' })).toThrow(
      'SHOP_CLIENT_CREDENTIALS must be ID:SECRET',
    )
  })
})

import { z } from 'zod'
import { CHANNELS } from '../results'

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** A bare number is seconds. */
function duration(leastMs: number, mostMs: number) {
  const range = `must be a time from ${leastMs / 1_000} s to ${mostMs / 1_000} s, such as 500ms, 30s, 10m or 2h`
  return z
    .string()
    .regex(/^\d{1,9}(\.\d{1,3})?(ms|s|m|h)?$/, range)
    .transform((text) => {
      const [, amount, unit = 's'] = /^([\d.]+)(ms|s|m|h)?$/.exec(text) ?? []
      return Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]
    })
    .refine((ms) => ms >= leastMs && ms <= mostMs, range)
}

function number(least: number, most: number) {
  const range = `must be a number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d{1,10}(\.\d{1,6})?$/, range)
    .transform(Number)
    .refine((value) => value >= least && value <= most, range)
}

function wholeNumber(least: number, most: number) {
  const range = `must be a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d{1,10}$/, range)
    .transform(Number)
    .refine((value) => value >= least && value <= most, range)
}

function list<Item>(item: z.ZodType<Item, string>, what: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item).min(1))
    .refine((items) => new Set(items).size === items.length, `must name each ${what} once`)
}

const url = z
  .string()
  .refine((text) => /^https?:$/.test(protocolOf(text)), 'must be an address such as http://localhost:3000')
  .transform((text) => text.replace(/\/+$/, ''))

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : ''
}

interface Flag {
  /** What stands for the value in the help; a switch has none. */
  readonly value?: string
  readonly help: string
  readonly schema: z.ZodType
}

/** Every flag of a run, in the order of the help. */
export const FLAGS = {
  url: { value: 'URL', help: 'the shop (BASE_URL, else http://localhost:3000)', schema: url },
  channels: {
    value: 'LIST',
    help: `of ${CHANNELS.join(',')} (all)`,
    schema: list(z.enum(CHANNELS, `must be of ${CHANNELS.join(', ')}`), 'channel'),
  },
  rate: { value: 'N', help: 'requests offered a second; where a search begins', schema: number(0.1, 100_000) },
  duration: { value: 'TIME', help: 'of the measured part of a step', schema: duration(100, 86_400_000) },
  repetitions: { value: 'N', help: 'of each channel', schema: wholeNumber(1, 100) },
  warmup: { value: 'TIME', help: 'sent before, and not measured', schema: duration(0, 600_000) },
  arrivals: {
    value: 'KIND',
    help: 'uniform or poisson (uniform)',
    schema: z.enum(['uniform', 'poisson'], 'must be uniform or poisson'),
  },
  clients: {
    value: 'LIST',
    help: 'of the closed loop, a step for each (100,200,300)',
    schema: list(wholeNumber(1, 10_000), 'number'),
  },
  requests: { value: 'N', help: 'of each client of the closed loop (10)', schema: wholeNumber(1, 1_000_000) },
  seed: { value: 'N', help: 'for the same random choices again', schema: wholeNumber(0, 2_147_483_647) },
  workers: { value: 'N', help: 'threads that send (1)', schema: wholeNumber(1, 64) },
  connections: { value: 'N', help: 'kept alive, over all threads (64)', schema: wholeNumber(1, 10_000) },
  'max-in-flight': {
    value: 'N',
    help: 'requests under way at most; what is due then is dropped and counted (2000)',
    schema: wholeNumber(1, 100_000),
  },
  timeout: { value: 'TIME', help: 'of one request (10s)', schema: duration(100, 300_000) },
  'drain-timeout': {
    value: 'TIME',
    help: 'until accepted orders count as lost (60s)',
    schema: duration(1_000, 3_600_000),
  },
  products: { value: 'N', help: 'bought from in a step', schema: wholeNumber(1, 1_000) },
  'objective-p99': { value: 'MS', help: 'milliseconds from due to answered; 0 is none', schema: number(0, 3_600_000) },
  'objective-committed-p99': {
    value: 'MS',
    help: 'milliseconds from due to committed; 0 is none',
    schema: number(0, 3_600_000),
  },
  'objective-errors': {
    value: 'PERCENT',
    help: 'of requests that may fail; 100 is no objective',
    schema: number(0, 100),
  },
  out: { value: 'FOLDER', help: 'where each run has a folder of its own (load/results)', schema: z.string().min(1) },
  'live-port': {
    value: 'PORT',
    help: 'of the page to watch the run on; 0 is none (3030)',
    schema: wholeNumber(0, 65_535),
  },
  json: { help: 'the results as JSON on stdout, all else on stderr', schema: z.boolean() },
} as const satisfies Readonly<Record<string, Flag>>

export type FlagName = keyof typeof FLAGS
export type FlagValues = { readonly [name in FlagName]?: z.output<(typeof FLAGS)[name]['schema']> }

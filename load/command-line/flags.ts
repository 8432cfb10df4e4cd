import { z } from 'zod'
import { CHANNELS } from '../results'
import { shopUrl } from './shop-url'

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** A number without a unit is seconds. */
export function duration(leastMs: number, mostMs: number) {
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

export function number(least: number, most: number) {
  const range = `must be a number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d{1,10}(\.\d{1,6})?$/, range)
    .transform(Number)
    .refine((value) => value >= least && value <= most, range)
}

export function wholeNumber(least: number, most: number) {
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

const accessToken = z.string().regex(/^[\w.~+/=-]{1,8000}$/, 'must be an access token')

const clientCredentials = z
  .string()
  .regex(/^[^:]+:.*$/, 'must be ID:SECRET')
  .transform((text) => {
    const colon = text.indexOf(':')
    return { id: text.slice(0, colon), secret: text.slice(colon + 1) }
  })

/** The documents of an issuer are below its URL. */
const issuerUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'must be an http:// or https:// URL',
  )
  .transform((text) => text.replace(/\/$/, ''))

interface Flag {
  /** The placeholder of the value in the help; absent for a switch. */
  readonly value?: string
  readonly help: string
  readonly schema: z.ZodType
}

/** All flags of a run, in the order of the help. */
export const FLAGS = {
  url: { value: 'URL', help: 'address of the shop (default: BASE_URL, else http://localhost:3000)', schema: shopUrl },
  token: {
    value: 'TOKEN',
    help: 'access token for a protected shop, with the roles staff and operator (default: SHOP_TOKEN)',
    schema: accessToken,
  },
  'client-credentials': {
    value: 'ID:SECRET',
    help: 'client of the issuer, instead of a token; tokens are renewed (default: SHOP_CLIENT_CREDENTIALS)',
    schema: clientCredentials,
  },
  issuer: {
    value: 'URL',
    help: 'issuer for --client-credentials (default: http://127.0.0.1:8089, that of npm start -- --auth)',
    schema: issuerUrl,
  },
  channels: {
    value: 'LIST',
    help: `channels to measure, of ${CHANNELS.join(',')} (default: all)`,
    schema: list(z.enum(CHANNELS, `must be of ${CHANNELS.join(', ')}`), 'channel'),
  },
  rate: { value: 'N', help: 'requests offered per second; the first rate of a search', schema: number(0.1, 100_000) },
  duration: { value: 'TIME', help: 'measured part of each step', schema: duration(100, 86_400_000) },
  repetitions: { value: 'N', help: 'repetitions of each channel', schema: wholeNumber(1, 100) },
  warmup: { value: 'TIME', help: 'warm-up before each step, not measured', schema: duration(0, 600_000) },
  arrivals: {
    value: 'KIND',
    help: 'uniform or poisson (default: uniform)',
    schema: z.enum(['uniform', 'poisson'], 'must be uniform or poisson'),
  },
  clients: {
    value: 'LIST',
    help: 'numbers of clients of the closed loop, one step for each (default: 100,200,300)',
    schema: list(wholeNumber(1, 10_000), 'number'),
  },
  requests: {
    value: 'N',
    help: 'requests per client of the closed loop (default: 10)',
    schema: wholeNumber(1, 1_000_000),
  },
  seed: {
    value: 'N',
    help: 'repeats the same random choices (default: random)',
    schema: wholeNumber(0, 2_147_483_647),
  },
  workers: { value: 'N', help: 'sending threads (default: 1)', schema: wholeNumber(1, 64) },
  connections: { value: 'N', help: 'connections over all threads (default: 64)', schema: wholeNumber(1, 10_000) },
  'max-in-flight': {
    value: 'N',
    help: 'maximum of requests in flight; further ones are dropped (default: 2000)',
    schema: wholeNumber(1, 100_000),
  },
  timeout: { value: 'TIME', help: 'timeout of a request (default: 10s)', schema: duration(100, 300_000) },
  'drain-timeout': {
    value: 'TIME',
    help: 'time after which accepted orders count as lost (default: 60s)',
    schema: duration(1_000, 3_600_000),
  },
  products: { value: 'N', help: 'products per step', schema: wholeNumber(1, 1_000) },
  'objective-p99': {
    value: 'MS',
    help: 'objective for the response p99 in milliseconds; 0 disables it',
    schema: number(0, 3_600_000),
  },
  'objective-commit-p99': {
    value: 'MS',
    help: 'objective for the commit p99 in milliseconds; 0 disables it',
    schema: number(0, 3_600_000),
  },
  'objective-failed': {
    value: 'PERCENT',
    help: 'objective for the share of failed requests; 100 disables it',
    schema: number(0, 100),
  },
  out: {
    value: 'FOLDER',
    help: 'folder in which each run creates its own folder (default: load/results)',
    schema: z.string().min(1, 'must be a folder'),
  },
  'live-port': {
    value: 'PORT',
    help: 'port of the live page; 0 disables it (default: 3030)',
    schema: wholeNumber(0, 65_535),
  },
  json: { help: 'prints the results as JSON on stdout, everything else on stderr', schema: z.boolean() },
} as const satisfies Readonly<Record<string, Flag>>

/** Flags whose values are never shown. */
export const SECRET_FLAGS: readonly FlagName[] = ['token', 'client-credentials']

export type FlagName = keyof typeof FLAGS
export type FlagValues = { readonly [name in FlagName]?: z.output<(typeof FLAGS)[name]['schema']> }

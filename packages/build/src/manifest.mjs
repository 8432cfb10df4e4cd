import { basename, dirname, join } from 'node:path'
import readConfiguration from 'serverless/lib/configuration/read.js'
import resolveVariables from 'serverless/lib/configuration/variables/index.js'

/** @typedef {import('../../function-host/src/manifest').Manifest} Manifest */
/** @typedef {import('../../function-host/src/manifest').FunctionDefinition} FunctionDefinition */
/** @typedef {Readonly<Record<string, unknown>>} Section */
/**
 * @typedef {object} Configuration
 * @property {string} service
 * @property {{ region: string, stage: string, timeout?: number, memorySize?: number, httpApi?: unknown }} provider
 * @property {{ 'function-host'?: Pick<Manifest, 'lifecycle' | 'refusals' | 'services'> }} [custom]
 * @property {readonly Section[]} functions
 */

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** The event sources of the function host. Any other event is refused, because ignoring it would hide the problem. */
const EVENT_SOURCES = ['kafka', 'msk', 'rabbitmq']
/** Properties for AWS only: the addresses and the secrets of its brokers. */
const AWS_ONLY = ['bootstrapServers', 'accessConfigurations', 'basicAuthArn', 'saslScram512']

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** The manifest of the function host, from `serverless.yml` as the framework resolves it for containers. */
export async function readManifest(directory = ROOT) {
  const configuration = await readConfiguration(join(directory, 'serverless.yml'))
  await resolveVariables({ serviceDir: directory, configuration, options: { stage: 'container' } })
  return toManifest(configuration)
}

/** @param {Configuration} configuration @returns {Manifest} @throws for an event the host does not serve */
export function toManifest({ service, provider, custom, functions }) {
  checkHttpApi(provider.httpApi)
  const definitions = Object.entries(Object.assign({}, ...[functions].flat())).map(([key, definition]) => [
    key,
    toFunction(key, definition, service, provider),
  ])
  return {
    service,
    region: provider.region,
    services: {},
    ...custom?.['function-host'],
    functions: Object.fromEntries(definitions),
  }
}

/**
 * The functions of the shop verify tokens by themselves, so a declared authorizer for tokens needs no support. Ignoring any
 * other authorizer would open its routes.
 * @param {unknown} httpApi
 */
function checkHttpApi(httpApi = {}) {
  const { authorizers = {}, ...rest } = /** @type {{ authorizers?: Record<string, Section> }} */ (httpApi)
  const isSupported = Object.values(authorizers).every(({ type = 'jwt' }) => type === 'jwt')
  if (Object.keys(rest).length > 0 || !isSupported)
    throw new Error('provider.httpApi: the function host supports only authorizers of type jwt, and no CORS')
}

/**
 * @param {string} key
 * @param {{ handler: string, timeout?: number, memorySize?: number, events?: readonly (string | Section)[] }} definition
 * @param {string} service @param {Configuration['provider']} provider
 * @returns {FunctionDefinition}
 */
function toFunction(key, { handler, timeout, memorySize, events = [] }, service, provider) {
  /** @type {{ routes: string[], schedules: import('../../function-host/src/manifest').Schedule[], eventSources: Section[] }} */
  const triggers = { routes: [], schedules: [], eventSources: [] }
  for (const event of events) {
    const [[kind, value] = []] = Object.entries(event)
    if (kind === 'httpApi') triggers.routes.push(toRouteKey(key, value))
    else if (kind === 'schedule') triggers.schedules.push(toSchedule(key, value))
    else if (EVENT_SOURCES.includes(String(kind))) triggers.eventSources.push({ [String(kind)]: withoutAws(value) })
    else throw new Error(`${key}: the function host does not serve ${kind} events`)
  }
  return {
    name: `${service}-${key}`,
    group: basename(dirname(handler)),
    handler,
    // The framework's own defaults.
    timeoutSeconds: timeout ?? provider.timeout ?? 6,
    memorySizeMb: memorySize ?? provider.memorySize ?? 1024,
    ...triggers,
  }
}

/** @param {string} key @param {unknown} event a text, or an object with a path, a method and an authorizer for tokens */
export function toRouteKey(key, event) {
  const { path, method, authorizer, ...others } = /** @type {Record<string, unknown>} */ (
    typeof event === 'string' ? {} : event
  )
  const rest = { ...others, ...(!isTokenAuthorizer(authorizer) && { authorizer }) }
  if (Object.keys(rest).length > 0)
    throw new Error(`${key}: the function host does not support ${Object.keys(rest)} of httpApi`)
  const route = typeof event === 'string' ? event : path === '*' ? '*' : `${method} ${path}`
  if (route === '*') return '$default'
  const [, verb = '', template] = /^(\S+)\s+(\/\S*)$/.exec(route) ?? []
  if (template === undefined) throw new Error(`${key}: ${route} is not a route`)
  return `${verb === '*' ? 'ANY' : verb.toUpperCase()} ${template}`
}

/**
 * Whether an authorizer refers to one of `provider.httpApi`, which are all for tokens.
 * @param {unknown} authorizer
 */
function isTokenAuthorizer(authorizer) {
  if (authorizer === undefined) return true
  if (typeof authorizer !== 'object' || authorizer === null) return false
  const { name, scopes: _, type = 'jwt', ...rest } = /** @type {Section} */ (authorizer)
  return typeof name === 'string' && type === 'jwt' && Object.keys(rest).length === 0
}

/** @param {string} key @param {unknown} event a rate, or an object with one */
function toSchedule(key, event) {
  const {
    rate,
    input,
    enabled = true,
    ...rest
  } = /** @type {Record<string, unknown>} */ (typeof event === 'string' ? { rate: event } : event)
  const unknown = Object.keys(rest).filter((name) => !['name', 'description', 'method'].includes(name))
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(rate)) ?? []
  if (unknown.length > 0 || enabled !== true || unit === undefined) {
    throw new Error(
      `${key}: the function host supports only enabled schedules with one rate(...) and an optional input`,
    )
  }
  return {
    everyMs: Number(count) * UNIT_MS[/** @type {keyof typeof UNIT_MS} */ (unit)],
    ...(input !== undefined && { input }),
  }
}

/** @param {unknown} event */
function withoutAws(event) {
  const entries = Object.entries(/** @type {Section} */ (event))
  return Object.fromEntries(entries.filter(([name]) => !AWS_ONLY.includes(name)))
}

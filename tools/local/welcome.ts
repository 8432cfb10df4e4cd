import type { Config } from '@ecommerce/runtime/config'
import { isOpen } from '@ecommerce/runtime/open-shop'
import type { Outcome } from './server'

export interface Welcome {
  readonly config: Config
  readonly outcomes: readonly Outcome[]
  readonly url: string
  readonly seconds: number
  /** More rows of the table, each with its name. */
  readonly more?: readonly (readonly [string, string])[]
}

/** The text that is shown when the shop serves: addresses, and requests to try. */
export function welcome({ config, outcomes, url, seconds, more = [] }: Welcome): string {
  const access = isOpen(config)
    ? 'open to everyone on this machine; npm start -- --auth requires tokens'
    : 'with tokens'
  const rows: (readonly [string, string])[] = [
    ['Shop', `${url}/`],
    ['API', `${url}/docs`],
    ['Status', `${url}/status`],
    ['Access', access],
    ...outcomes.map((outcome): [string, string] => [outcome.server.title, describe(outcome, config)]),
    ...more,
  ]
  return `
Ready in ${seconds.toFixed(1)} s

${rows.map(([name, value]) => `  ${name.padEnd(10)}${value}`).join('\n')}

Try
  curl '${url}/products?limit=3'
${isOpen(config) ? tryOpen(url) : tryProtected(url)}

Ctrl-C stops the functions; npm run infra -- down stops the servers.
`
}

function tryOpen(url: string): string {
  return `  curl --json '{"user_id":"ada","product_id":1,"quantity":2}' ${url}/orders/sync
  curl ${url}/orders/<id from that response>`
}

function tryProtected(url: string): string {
  return `  TOKEN=$(npm run --silent token -- --role customer --user ada)
  curl -H "Authorization: Bearer $TOKEN" --json '{"user_id":"ada","product_id":1,"quantity":2}' ${url}/orders/sync
  npm run --silent token -- --role operator    # to paste into ${url}/status`
}

function describe(outcome: Outcome, config: Config): string {
  if (outcome.kind === 'missing') return `not available: ${outcome.reason}`
  const { server, how } = outcome
  const management =
    server.name === 'rabbitmq' ? `, management http://127.0.0.1:${config.RABBITMQ_MANAGEMENT_PORT}` : ''
  return `${server.address(config)} (${how})${management}`
}

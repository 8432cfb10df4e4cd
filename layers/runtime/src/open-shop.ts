import { isIPv6 } from 'node:net'

interface OpenShopSettings {
  readonly NODE_ENV: string
  /** The provider of tokens. A shop without one is open: it accepts every request as anonymous. */
  readonly AUTH_ISSUER?: string | undefined
  readonly ALLOW_OPEN_SHOP: boolean
  readonly EDGE_ADDRESS?: string | undefined
}

/** What an open shop writes to its log, and its operators read on the status page. */
export const OPEN_SHOP_NOTICE =
  'the shop is open: everyone who reaches it may use every route. Set AUTH_ISSUER and AUTH_AUDIENCE to require tokens'

/** Raised at the start. The message says which settings are missing. */
export class OpenShopError extends Error {
  override readonly name = 'OpenShopError'
  readonly code = 'open-shop'

  constructor(reason: string) {
    super(
      `This shop is open, because AUTH_ISSUER is not set, and ${reason}.\n` +
        'Set AUTH_ISSUER and AUTH_AUDIENCE to require tokens, or ALLOW_OPEN_SHOP=true if everyone may use every route ' +
        '(docs/adr/0024-open-shops.md).',
    )
  }
}

export function isOpen({ AUTH_ISSUER }: Pick<OpenShopSettings, 'AUTH_ISSUER' | 'NODE_ENV'>): boolean {
  return AUTH_ISSUER === undefined
}

/**
 * Refuses an open shop that strangers could reach.
 * @param address where the process listens. Where a load balancer publishes the shop, EDGE_ADDRESS counts instead
 * @throws {OpenShopError}
 */
export function assertMayServe(settings: OpenShopSettings, address: string): void {
  const { NODE_ENV, ALLOW_OPEN_SHOP, EDGE_ADDRESS } = settings
  if (!isOpen(settings) || ALLOW_OPEN_SHOP) return
  const published = EDGE_ADDRESS ?? address
  if (!isLoopback(published)) throw new OpenShopError(`${published} is reachable from other machines`)
  if (NODE_ENV === 'production' && EDGE_ADDRESS === undefined) throw new OpenShopError('NODE_ENV is production')
}

/** On Lambda nothing listens: API Gateway publishes the functions to the Internet. @throws {OpenShopError} */
export function assertMayRun(settings: OpenShopSettings, home: string): void {
  if (home === 'lambda' && isOpen(settings) && !settings.ALLOW_OPEN_SHOP)
    throw new OpenShopError('API Gateway is reachable from everywhere')
}

/** The address where a process listens unless it is told otherwise: on all interfaces only if the shop may be reachable. */
export function defaultAddress(settings: OpenShopSettings): string {
  const isPrivate = isOpen(settings) && !settings.ALLOW_OPEN_SHOP && settings.EDGE_ADDRESS === undefined
  return isPrivate ? 'localhost' : '::'
}

export function isLoopback(address: string): boolean {
  const plain = address
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/, '')
  if (isIPv6(plain)) return new URL(`http://[${plain}]/`).hostname === '[::1]'
  return plain === 'localhost' || /^127(\.\d{1,3}){3}$/.test(plain)
}

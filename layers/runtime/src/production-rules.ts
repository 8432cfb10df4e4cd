import { isLoopback } from './open-shop'

interface Secrets {
  readonly NODE_ENV: string
  readonly EDGE_ADDRESS?: string | undefined
  readonly MYSQL_USER: string
  readonly MYSQL_PASSWORD: string
  readonly MYSQL_ADMIN_PASSWORD?: string | undefined
  readonly ORDER_ID_SECRET: string
  readonly RABBITMQ_URL: string | readonly string[]
}

/** Values that this repository publishes. They protect nothing. */
export const PUBLISHED = {
  MYSQL_USER: 'root',
  MYSQL_PASSWORD: 'password',
  ORDER_ID_SECRET: 'local-development-secret',
  RABBITMQ_URL: 'amqp://guest:guest@127.0.0.1:5672/',
} as const

const OWN_SECRET = 'must be set to a secret of your own outside of a desk'

/**
 * @returns the settings that are refused in production, and where a load balancer publishes the shop beyond loopback, each with
 *   the reason. No reason contains a value.
 */
export function refusedInProduction(config: Secrets): { readonly key: string; readonly detail: string }[] {
  if (isOnDesk(config)) return []
  const refused = (key: string, isRefused: boolean, detail = OWN_SECRET) => (isRefused ? [{ key, detail }] : [])
  return [
    ...refused('MYSQL_PASSWORD', isPublishedPassword(config.MYSQL_PASSWORD)),
    ...refused('MYSQL_ADMIN_PASSWORD', isPublishedPassword(config.MYSQL_ADMIN_PASSWORD ?? 'unset')),
    ...refused(
      'MYSQL_USER',
      config.MYSQL_USER.toLowerCase() === PUBLISHED.MYSQL_USER,
      'must be an account with only the rights that the shop needs (docs/security.md)',
    ),
    ...refused('ORDER_ID_SECRET', config.ORDER_ID_SECRET === PUBLISHED.ORDER_ID_SECRET),
    ...refused(
      'RABBITMQ_URL',
      [config.RABBITMQ_URL].flat().join(',').split(',').some(hasPublishedAccount),
      'must name a user and a password of your own outside of a desk',
    ),
  ]
}

function isOnDesk({ NODE_ENV, EDGE_ADDRESS }: Secrets): boolean {
  return NODE_ENV !== 'production' && (EDGE_ADDRESS === undefined || isLoopback(EDGE_ADDRESS))
}

/** An empty password is what a new MySQL has. */
function isPublishedPassword(password: string): boolean {
  return password === PUBLISHED.MYSQL_PASSWORD || password === ''
}

/** Without a user in the URL, clients log in as guest with the password guest. */
function hasPublishedAccount(url: string): boolean {
  if (!URL.canParse(url.trim())) return true
  const { username, password } = new URL(url.trim())
  return username === '' || password === '' || decoded(password) === 'guest'
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

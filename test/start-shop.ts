import { childEnvironment } from '../tools/local/run'
import { startHostServer } from './host-server'
import { startOfflineServer } from './offline-server'
import type { ServerProcess } from './server-process'

/** Where the functions of a shop run: serverless-offline, as for `npm start`, or the function host, as in containers. */
export type Home = 'offline' | 'host'

/**
 * The shop in a home. Every end-to-end test must pass in both homes. `SHOP_HOME=other` starts each shop in the other home:
 * `npm run test:guards` does that. `SHOP_HOME=offline` and `SHOP_HOME=host` start all shops in one home.
 */
export function startShop(
  environment: Readonly<Record<string, string>> = {},
  port?: number,
  home: Home = 'offline',
): Promise<ServerProcess> {
  if (actualHome(home) === 'offline') return startOfflineServer(environment, port)
  return startHostServer(environment, port === undefined ? {} : { port })
}

/** The home in which `startShop` starts a shop that asks for this home. */
export function actualHome(wanted: Home): Home {
  switch (childEnvironment().SHOP_HOME) {
    case 'other':
      return wanted === 'host' ? 'offline' : 'host'
    case 'host':
      return 'host'
    case 'offline':
      return 'offline'
    default:
      return wanted
  }
}

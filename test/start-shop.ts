import { childEnvironment } from '../tools/local/run'
import { startHostServer } from './host-server'
import { startOfflineServer } from './offline-server'
import type { ServerProcess } from './server-process'

/**
 * The shop in the home that `SHOP_HOME` names: `host` for the function host, otherwise serverless-offline. Every
 * end-to-end test must pass in both.
 */
export function startShop(environment: Readonly<Record<string, string>> = {}, port?: number): Promise<ServerProcess> {
  if (childEnvironment().SHOP_HOME !== 'host') return startOfflineServer(environment, port)
  return startHostServer(environment, port === undefined ? {} : { port })
}

import type { Database } from '@ecommerce/adapters/mysql'
import { parseConfig } from '@ecommerce/runtime/config'
import { afterAll, beforeAll, expect } from 'vitest'
import { openDatabase } from '../infra/mysql/open-database'
import { childEnvironment } from '../tools/local/run'
import { ApiContract } from './api-contract'
import type { ServerProcess } from './server-process'
import { ShopClient } from './shop-client'
import { type Home, startShop } from './start-shop'

export interface Shop {
  readonly server: ServerProcess
  readonly client: ShopClient
  readonly contract: ApiContract
  /** The database of the shop, to check what was really written. */
  readonly database: Database
}

export async function openShop(environment: Readonly<Record<string, string>> = {}, home?: Home): Promise<Shop> {
  const server = await startShop(environment, undefined, home)
  const contract = await ApiContract.of(server.url)
  const database = openDatabase(parseConfig(childEnvironment()))
  return { server, contract, database, client: new ShopClient(server.url, contract) }
}

/** Stops the shop while its client's connections are still open: they must not keep it from ending. */
export async function closeShop({ server, client, database }: Shop): Promise<void> {
  const ending = await server.stop()
  await Promise.all([client.close(), database.close()])
  expect(ending).toEqual({ code: 0, signal: null })
}

/** One shop for all tests of a file: started before the first test, stopped with exit code 0 after the last. */
export function useShop(environment: Readonly<Record<string, string>> = {}, home?: Home): Shop {
  let shop: Shop | undefined
  beforeAll(async () => {
    shop = await openShop(environment, home)
  })
  afterAll(async () => {
    if (shop) await closeShop(shop)
  })
  const opened = () => {
    if (!shop) throw new Error('the shop is started in beforeAll')
    return shop
  }
  return {
    get server() {
      return opened().server
    },
    get client() {
      return opened().client
    },
    get contract() {
      return opened().contract
    },
    get database() {
      return opened().database
    },
  }
}

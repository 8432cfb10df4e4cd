import { MysqlOrderReset, type RecordCounts } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'
import { openDatabase } from '../../infra/mysql/open-database'
import { asAdministrator } from '../../infra/mysql/shop-account'
import type { ResetOptions } from './command-line'
import { counted, type Reset } from './reset'

/** Counting and dropping large tables takes longer than a statement of the shop may take. */
const STATEMENT_TIMEOUT_MS = 60_000
const RETRY_WITHIN_MS = 30_000

/** Clears the orders, and returns the units they held to stock. See `MysqlOrderReset`. */
export const resetOrders: Reset = {
  server: 'mysql',

  plan: (config, options) =>
    withReset(config, async (reset) => {
      const records = describe(await reset.count(), options)
      const server = `MySQL ${config.MYSQL_DATABASE} at ${config.MYSQL_HOST}:${config.MYSQL_PORT}`
      return `clear ${records} in ${server}, and put the units sold back in stock`
    }),

  run: (config, options) =>
    withReset(config, async (reset) => {
      const cleared = describe(await reset.clear(options), options)
      const units = await reset.returnUnits()
      return `${cleared} cleared, ${counted(units, 'unit')} back in stock`
    }),
}

function describe({ orders, deadLetters }: RecordCounts, options: ResetOptions): string {
  if (!options.deadLetters) return counted(orders, 'order')
  return `${counted(orders, 'order')} and ${counted(deadLetters, 'dead letter')}`
}

async function withReset<Result>(config: Config, work: (reset: MysqlOrderReset) => Promise<Result>): Promise<Result> {
  const database = openDatabase({
    ...asAdministrator(config),
    MYSQL_QUERY_TIMEOUT_MS: STATEMENT_TIMEOUT_MS,
    MYSQL_RETRY_WITHIN_MS: RETRY_WITHIN_MS,
  })
  try {
    return await work(new MysqlOrderReset(database, () => new Date()))
  } finally {
    await database.close()
  }
}

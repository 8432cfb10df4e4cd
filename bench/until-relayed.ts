import { setTimeout as delay } from 'node:timers/promises'
import { MysqlOutboxStore } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'
import { openDatabase } from '../infra/mysql/open-database'

const WITHIN_MS = 120_000

/** Waits until the outbox is empty, so that the relay uses no CPU time during the next measurement. */
export async function untilRelayed(config: Config): Promise<void> {
  const database = openDatabase(config)
  const outbox = new MysqlOutboxStore(database, () => new Date())
  const deadline = Date.now() + WITHIN_MS
  try {
    while ((await outbox.depth()).pending > 0) {
      if (Date.now() > deadline) throw new Error('the events of the orders were not relayed in time')
      await delay(100)
    }
  } finally {
    await database.close()
  }
}

import type { Database } from '@ecommerce/adapters/mysql'

/** How many transactions wait for a lock. InnoDB shows a new picture only to those who have not looked for 0.1 s. */
export async function transactionsThatWait(database: Database): Promise<number | undefined> {
  const [row] = await database.read((session) =>
    session.rows<{ waiting: number }>(
      "SELECT COUNT(*) AS waiting FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
    ),
  )
  return row?.waiting
}

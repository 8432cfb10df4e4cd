import type { CallLimits, Clock, OutboxDepth, OutboxStore, RecordedEvent } from '@ecommerce/domain'
import type { Database } from './database'
import { OUTBOX_COLUMNS, type OutboxRow, toRecordedEvents } from './outbox-rows'
import type { Session } from './session'

/**
 * All databases of a server share the names of locks, and a name has at most 64 characters. SHA2 exists in every
 * version; MySQL 9 has no SHA1.
 */
const LOCK_NAME = "SHA2(CONCAT('outbox relay of ', DATABASE()), 256)"

/** When the machine of a relay fails and never closes its connection, the server frees the lock after this time. */
const IDLE_TIMEOUT_SECONDS = 60

/** Publishing a batch may take a minute. */
const RELAY_WITHIN_MS = 90_000

/** The oldest rows with at least the given number of events in total. Each row has at least one event. */
const OLDEST_ROWS = `
  SELECT ${OUTBOX_COLUMNS} FROM outbox JOIN (
    SELECT id, SUM(events) OVER (ORDER BY id) - events AS events_before
    FROM (SELECT id, events FROM outbox ORDER BY id LIMIT ?) AS oldest
  ) AS counted USING (id)
  WHERE events_before < ? ORDER BY id`

/**
 * Reads without locks and deletes by id. MySQL assigns ids before the commit, so a row with a lower id may appear after
 * a row with a higher one. So a relay must not remember the last id, and must not delete a range. Events of one
 * aggregate appear in order, because the transaction that writes them holds the row lock of the aggregate until its
 * commit.
 */
export class MysqlOutboxStore implements OutboxStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly idleTimeoutSeconds = IDLE_TIMEOUT_SECONDS,
  ) {}

  relay(limit: number, publish: (events: readonly RecordedEvent[]) => Promise<void>): Promise<number | 'busy'> {
    return this.database.read(
      async (session) => {
        if (!(await acquireLock(session))) return 'busy'
        try {
          session.later('SET SESSION wait_timeout = ?', [this.idleTimeoutSeconds])
          const rows = await session.rows<OutboxRow>(OLDEST_ROWS, [limit, limit])
          if (rows.length === 0) return 0
          const events = rows.flatMap(toRecordedEvents)
          await publish(events)
          await session.write('DELETE FROM outbox WHERE id IN (?)', [rows.map(({ id }) => id)])
          return events.length
        } finally {
          await releaseLock(session)
        }
      },
      { deadline: Date.now() + RELAY_WITHIN_MS },
    )
  }

  depth(options?: CallLimits): Promise<OutboxDepth> {
    return this.database.read(async (session) => {
      const [row] = await session.rows<{ pending: number | null; oldest: Date | null }>(
        'SELECT CAST(SUM(events) AS SIGNED) AS pending, (SELECT created_at FROM outbox ORDER BY id LIMIT 1) AS oldest FROM outbox',
      )
      const now = this.clock().getTime()
      return { pending: row?.pending ?? 0, oldestAgeMs: Math.max(0, now - (row?.oldest?.getTime() ?? now)) }
    }, options)
  }
}

async function acquireLock(session: Session): Promise<boolean> {
  const [lock] = await session.rows<{ held: number | null }>(`SELECT GET_LOCK(${LOCK_NAME}, 0) AS held`)
  return lock?.held === 1
}

/** The lock and the timeout belong to the connection, which goes back to the pool. */
async function releaseLock(session: Session): Promise<void> {
  session.later('SET SESSION wait_timeout = DEFAULT')
  await session.write(`DO RELEASE_LOCK(${LOCK_NAME})`)
}

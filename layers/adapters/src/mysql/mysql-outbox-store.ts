import type { Clock, OutboxDepth, OutboxStore, RecordedEvent } from '@ecommerce/domain'
import type { Database } from './database'
import { OUTBOX_COLUMNS, type OutboxRow, toRecordedEvents } from './outbox-rows'
import type { Session } from './session'

/**
 * Names of locks are shared by all databases of a server, and have at most 64 characters. SHA2 is what every MySQL has:
 * SHA1 has left the server in 9.x.
 */
const LOCK_NAME = "SHA2(CONCAT('outbox relay of ', DATABASE()), 256)"

/** A relay whose machine has vanished, and so never closes its connection, holds the lock no longer than this. */
const SILENT_FOR_SECONDS = 60

/** As many as hold a number of events or a few more, looking at that many rows at most. */
const OLDEST_ROWS = `
  SELECT ${OUTBOX_COLUMNS} FROM outbox JOIN (
    SELECT id, SUM(events) OVER (ORDER BY id) - events AS events_before
    FROM (SELECT id, events FROM outbox ORDER BY id LIMIT ?) AS oldest
  ) AS counted USING (id)
  WHERE events_before < ? ORDER BY id`

/**
 * Reads without locks and deletes by id. Numbers are given out before transactions commit, so a lower id may appear
 * later than a higher one: a relay must neither remember how far it came nor delete a range. Within an aggregate that
 * cannot be, as whoever writes its events holds the lock of its row until the commit.
 */
export class MysqlOutboxStore implements OutboxStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly silentForSeconds = SILENT_FOR_SECONDS,
  ) {}

  relay(limit: number, publish: (events: readonly RecordedEvent[]) => Promise<void>): Promise<number | 'busy'> {
    return this.database.read(async (session) => {
      if (!(await acquireLock(session))) return 'busy'
      try {
        session.later('SET SESSION wait_timeout = ?', [this.silentForSeconds])
        const rows = await session.rows<OutboxRow>(OLDEST_ROWS, [limit, limit])
        if (rows.length === 0) return 0
        const events = rows.flatMap(toRecordedEvents)
        await publish(events)
        await session.write('DELETE FROM outbox WHERE id IN (?)', [rows.map(({ id }) => id)])
        return events.length
      } finally {
        await releaseLock(session)
      }
    })
  }

  depth(): Promise<OutboxDepth> {
    return this.database.read(async (session) => {
      const [row] = await session.rows<{ pending: number | null; oldest: Date | null }>(
        'SELECT CAST(SUM(events) AS SIGNED) AS pending, (SELECT created_at FROM outbox ORDER BY id LIMIT 1) AS oldest FROM outbox',
      )
      const now = this.clock().getTime()
      return { pending: row?.pending ?? 0, oldestAgeMs: Math.max(0, now - (row?.oldest?.getTime() ?? now)) }
    })
  }
}

async function acquireLock(session: Session): Promise<boolean> {
  const [answer] = await session.rows<{ held: number | null }>(`SELECT GET_LOCK(${LOCK_NAME}, 0) AS held`)
  return answer?.held === 1
}

/** The lock is the connection's: without this it would go back to the pool with it. */
async function releaseLock(session: Session): Promise<void> {
  session.later('SET SESSION wait_timeout = DEFAULT')
  await session.write(`DO RELEASE_LOCK(${LOCK_NAME})`)
}

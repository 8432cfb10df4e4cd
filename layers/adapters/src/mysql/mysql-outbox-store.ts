import type { CallLimits, Clock, OutboxDepth, OutboxStore, RecordedEvent } from '@ecommerce/domain'
import type { Database } from './database'
import { Lease } from './lease'
import { OUTBOX_COLUMNS, type OutboxRow, toRecordedEvents } from './outbox-rows'

const LEASE_NAME = 'outbox relay'

/** When the process of a relay dies, another one may start after this time. */
const LEASE_MS = 15_000

/** The oldest rows with at least the given number of events in total. Each row has at least one event. */
const OLDEST_ROWS = `
  SELECT ${OUTBOX_COLUMNS} FROM outbox JOIN (
    SELECT id, SUM(events) OVER (ORDER BY id) - events AS events_before
    FROM (SELECT id, events FROM outbox ORDER BY id LIMIT ?) AS oldest
  ) AS counted USING (id)
  WHERE events_before < ? ORDER BY id`

/**
 * Reads without locks and deletes by id, under a lease. MySQL assigns ids before the commit, so a row with a lower id may appear after
 * a row with a higher one. So a relay must not remember the last id, and must not delete a range. Events of one
 * aggregate appear in order, because the transaction that writes them holds the row lock of the aggregate until its
 * commit.
 */
export class MysqlOutboxStore implements OutboxStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly leaseMs = LEASE_MS,
  ) {}

  async relay(limit: number, publish: (events: readonly RecordedEvent[]) => Promise<void>): Promise<number | 'busy'> {
    const lease = await Lease.acquire(this.database, LEASE_NAME, this.leaseMs)
    if (!lease) return 'busy'
    try {
      const rows = await this.database.read((session) => session.rows<OutboxRow>(OLDEST_ROWS, [limit, limit]))
      if (rows.length === 0) {
        await lease.release()
        return 0
      }
      const events = rows.flatMap(toRecordedEvents)
      await lease.renewDuring(() => publish(events))
      await this.#delete(rows, lease)
      return events.length
    } catch (error) {
      // If the release fails too, the lease expires.
      await lease.release().catch(() => undefined)
      throw error
    }
  }

  /** Releases the lease in the same transaction. So the next relay, on whatever node, does not see these rows. */
  #delete(rows: readonly OutboxRow[], lease: Lease): Promise<void> {
    return this.database.transaction(
      async (session) => {
        session.later('DELETE FROM outbox WHERE id IN (?)', [rows.map(({ id }) => id)])
        lease.releaseLater(session)
      },
      // The relay is started after every announced commit, and must not start itself.
      { repeatable: true, announced: false },
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

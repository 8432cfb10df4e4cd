import {
  assertOpen,
  type DeadLetter,
  type DeadLetterAction,
  type DeadLetterCount,
  type DeadLetterDeed,
  type DeadLetterQuery,
  type DeadLetterReplay,
  type DeadLetterStore,
  type DeadLetterSummary,
  NotFoundError,
  type Page,
} from '@ecommerce/domain'
import { decodeCursor, encodeCursor } from './cursor'
import type { Database } from './database'
import {
  type ActionRow,
  type DeadLetterRow,
  SUMMARY_COLUMNS,
  type SummaryRow,
  toDeadLetter,
  toSummary,
} from './dead-letter-rows'
import type { Session, SqlValue } from './session'

/** What a failure beyond those counted changes; MySQL assigns from left to right, so the count itself comes last. */
const IF_NEWS = ['status', 'position', 'cause_code', 'cause_detail', 'last_failed_at', 'failures']
  .map((column) => `${column} = IF(VALUES(failures) > failures, VALUES(${column}), ${column})`)
  .join(', ')

export class MysqlDeadLetterStore implements DeadLetterStore {
  constructor(private readonly database: Database) {}

  /** One statement, with the bodies of one event of Lambda at most: 6 MB, which no server refuses as a packet. */
  async record(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return
    await this.database.transaction(
      (session) =>
        session.write(
          `INSERT INTO dead_letters (id, broker, source, position, message_id, message_key, headers, body,
             cause_code, cause_detail, status, failures, first_failed_at, last_failed_at)
           VALUES ? ON DUPLICATE KEY UPDATE ${IF_NEWS}`,
          [letters.map(toValues)],
        ),
      { repeatable: true },
    )
  }

  find(id: string): Promise<DeadLetter | undefined> {
    return this.database.read((session) => findDeadLetter(session, id))
  }

  async list(query: DeadLetterQuery): Promise<Page<DeadLetterSummary>> {
    const { where, values } = toCondition(query)
    const rows = await this.database.read((session) =>
      session.rows<SummaryRow>(`SELECT ${SUMMARY_COLUMNS} FROM dead_letters WHERE ${where} ORDER BY seq DESC LIMIT ?`, [
        ...values,
        query.limit + 1,
      ]),
    )
    const shown = rows.slice(0, query.limit)
    const last = rows.length > query.limit ? shown.at(-1) : undefined
    return { items: shown.map(toSummary), nextCursor: last && encodeCursor(query, [last.seq]) }
  }

  async countOpen(): Promise<DeadLetterCount> {
    const rows = await this.database.read((session) =>
      session.rows<{ broker: keyof DeadLetterCount; letters: number }>(
        "SELECT broker, COUNT(*) AS letters FROM dead_letters WHERE status = 'open' GROUP BY broker",
      ),
    )
    const counts = { kafka: 0, rabbitmq: 0 }
    for (const { broker, letters } of rows) counts[broker] = letters
    return counts
  }

  markReplayed({ id, failures, by, at }: DeadLetterReplay): Promise<DeadLetter> {
    return this.database.transaction(async (session) => {
      const letter = await getDeadLetter(session, id)
      const status = letter.failures > failures ? letter.status : 'replayed'
      const action = { kind: 'replayed', by, at } as const
      settle(session, letter, status, action)
      return { ...letter, status, actions: [...letter.actions, action] }
    })
  }

  discard({ id, by, at }: DeadLetterDeed): Promise<void> {
    return this.database.transaction(async (session) => {
      const letter = await getDeadLetter(session, id)
      assertOpen(letter)
      settle(session, letter, 'discarded', { kind: 'discarded', by, at })
    })
  }
}

/** Runs with the commit. */
function settle(session: Session, { id }: DeadLetter, status: DeadLetter['status'], action: DeadLetterAction): void {
  session.later('UPDATE dead_letters SET status = ? WHERE id = ?', [status, id])
  session.later('INSERT INTO dead_letter_actions (dead_letter_id, kind, requested_by, at) VALUES (?)', [
    [id, action.kind, action.by, action.at],
  ])
}

async function getDeadLetter(session: Session, id: string): Promise<DeadLetter> {
  const letter = await findDeadLetter(session, id, 'FOR UPDATE')
  if (!letter) throw new NotFoundError('dead letter', id)
  return letter
}

async function findDeadLetter(
  session: Session,
  id: string,
  lock: 'FOR UPDATE' | '' = '',
): Promise<DeadLetter | undefined> {
  const [row] = await session.rows<DeadLetterRow>(
    `SELECT ${SUMMARY_COLUMNS}, headers, body FROM dead_letters WHERE id = ? ${lock}`,
    [id],
  )
  if (!row) return undefined
  const actions = await session.rows<ActionRow>(
    'SELECT kind, requested_by, at FROM dead_letter_actions WHERE dead_letter_id = ? ORDER BY id',
    [id],
  )
  return toDeadLetter(row, actions)
}

function toValues(letter: DeadLetter): SqlValue[] {
  return [
    letter.id,
    letter.broker,
    letter.source,
    letter.position,
    letter.messageId,
    letter.key,
    JSON.stringify(letter.headers),
    letter.body,
    letter.cause.code,
    letter.cause.detail,
    letter.status,
    letter.failures,
    letter.firstFailedAt,
    letter.lastFailedAt,
  ]
}

function toCondition(query: DeadLetterQuery): { where: string; values: SqlValue[] } {
  const filters: [condition: string, value: SqlValue][] = [
    ['status = ?', query.status],
    ['broker = ?', query.broker],
    ['cause_code = ?', query.cause],
    ['seq < ?', query.cursor === undefined ? undefined : decodeCursor(query, query.cursor, ['count'])[0]],
  ]
  const given = filters.filter(([, value]) => value !== undefined)
  return {
    where: ['TRUE', ...given.map(([condition]) => condition)].join(' AND '),
    values: given.map(([, value]) => value),
  }
}

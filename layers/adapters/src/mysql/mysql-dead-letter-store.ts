import {
  assertOpen,
  type CallLimits,
  type DeadLetter,
  type DeadLetterAction,
  type DeadLetterCount,
  type DeadLetterDiscard,
  type DeadLetterQuery,
  type DeadLetterReplay,
  type DeadLetterStore,
  type DeadLetterSummary,
  NotFoundError,
  type Page,
} from '@ecommerce/domain'
import { toCondition } from './condition'
import type { Database } from './database'
import {
  type ActionRow,
  type DeadLetterRow,
  INSERTED_COLUMNS,
  SUMMARY_COLUMNS,
  type SummaryRow,
  toDeadLetter,
  toSummary,
  toValues,
} from './dead-letter-rows'
import { seqBefore, toSeqPage } from './seq-page'
import type { Session } from './session'

/**
 * Updates a known dead letter if the failure is new. MySQL assigns from left to right, so `failures` must come last.
 */
const UPDATE_IF_NEW = ['status', 'position', 'cause_code', 'cause_detail', 'last_failed_at', 'failures']
  .map((column) => `${column} = IF(VALUES(failures) > failures, VALUES(${column}), ${column})`)
  .join(', ')

export class MysqlDeadLetterStore implements DeadLetterStore {
  constructor(private readonly database: Database) {}

  /** One statement is enough: it holds at most one Lambda event of 6 MB, which every server accepts as a packet. */
  async record(letters: readonly DeadLetter[], options?: CallLimits): Promise<void> {
    if (letters.length === 0) return
    await this.database.transaction(
      (session) =>
        session.write(
          `INSERT INTO dead_letters (${INSERTED_COLUMNS})
           VALUES ? ON DUPLICATE KEY UPDATE ${UPDATE_IF_NEW}`,
          [letters.map(toValues)],
        ),
      { ...options, repeatable: true },
    )
  }

  find(id: string, options?: CallLimits): Promise<DeadLetter | undefined> {
    return this.database.read((session) => findDeadLetter(session, id), options)
  }

  async list(query: DeadLetterQuery, options?: CallLimits): Promise<Page<DeadLetterSummary>> {
    const { where, values } = toCondition([
      ['status = ?', query.status],
      ['broker = ?', query.broker],
      ['cause_code = ?', query.cause],
      ['seq < ?', seqBefore(query)],
    ])
    const rows = await this.database.read(
      (session) =>
        session.rows<SummaryRow>(
          `SELECT ${SUMMARY_COLUMNS} FROM dead_letters WHERE ${where} ORDER BY seq DESC LIMIT ?`,
          [...values, query.limit + 1],
        ),
      options,
    )
    const { shown, nextCursor } = toSeqPage(rows, query, ({ seq }) => seq)
    return { items: shown.map(toSummary), nextCursor }
  }

  async countOpen(options?: CallLimits): Promise<DeadLetterCount> {
    const rows = await this.database.read(
      (session) =>
        session.rows<{ broker: keyof DeadLetterCount; letters: number }>(
          "SELECT broker, COUNT(*) AS letters FROM dead_letters WHERE status = 'open' GROUP BY broker",
        ),
      options,
    )
    const counts = { kafka: 0, rabbitmq: 0 }
    for (const { broker, letters } of rows) counts[broker] = letters
    return counts
  }

  markReplayed({ id, failures, by, actedBy, at }: DeadLetterReplay, options?: CallLimits): Promise<DeadLetter> {
    return this.database.transaction(async (session) => {
      const letter = await getDeadLetter(session, id)
      const status = letter.failures > failures ? letter.status : 'replayed'
      const action = { kind: 'replayed', by, actedBy, at } as const
      settle(session, letter, status, action)
      return { ...letter, status, actions: [...letter.actions, action] }
    }, options)
  }

  discard({ id, by, actedBy, at }: DeadLetterDiscard, options?: CallLimits): Promise<void> {
    return this.database.transaction(async (session) => {
      const letter = await getDeadLetter(session, id)
      assertOpen(letter)
      settle(session, letter, 'discarded', { kind: 'discarded', by, actedBy, at })
    }, options)
  }
}

/** Queues the status and the action. They are written with the commit. */
function settle(session: Session, { id }: DeadLetter, status: DeadLetter['status'], action: DeadLetterAction): void {
  session.later('UPDATE dead_letters SET status = ? WHERE id = ?', [status, id])
  session.later('INSERT INTO dead_letter_actions (dead_letter_id, kind, requested_by, at, acted_by) VALUES (?)', [
    [id, action.kind, action.by, action.at, action.actedBy],
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
    'SELECT kind, requested_by, at, acted_by FROM dead_letter_actions WHERE dead_letter_id = ? ORDER BY id',
    [id],
  )
  return toDeadLetter(row, actions)
}

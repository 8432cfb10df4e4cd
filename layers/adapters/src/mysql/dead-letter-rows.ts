import type { DeadLetter, DeadLetterAction, DeadLetterSummary } from '@ecommerce/domain'
import type { SqlValue } from './session'

export const SUMMARY_COLUMNS = `seq, id, broker, source, position, message_id, message_key, cause_code, cause_detail,
  status, failures, first_failed_at, last_failed_at`

export interface SummaryRow {
  seq: number
  id: string
  broker: DeadLetter['broker']
  source: string
  position: string | null
  message_id: string
  message_key: string | null
  cause_code: string
  cause_detail: string
  status: DeadLetter['status']
  failures: number
  first_failed_at: Date
  last_failed_at: Date
}

export interface DeadLetterRow extends SummaryRow {
  headers: string
  body: Buffer
}

export interface ActionRow {
  kind: DeadLetterAction['kind']
  requested_by: string
  at: Date
  acted_by: string | null
}

export function toSummary(row: SummaryRow): DeadLetterSummary {
  return {
    id: row.id,
    broker: row.broker,
    source: row.source,
    position: row.position ?? undefined,
    messageId: row.message_id,
    key: row.message_key ?? undefined,
    cause: { code: row.cause_code, detail: row.cause_detail },
    status: row.status,
    failures: row.failures,
    firstFailedAt: row.first_failed_at,
    lastFailedAt: row.last_failed_at,
  }
}

export function toDeadLetter(row: DeadLetterRow, actions: readonly ActionRow[]): DeadLetter {
  return {
    ...toSummary(row),
    headers: JSON.parse(row.headers),
    body: row.body,
    actions: actions.map(({ kind, requested_by, at, acted_by }) => ({
      kind,
      by: requested_by,
      at,
      actedBy: acted_by ?? undefined,
    })),
  }
}

/** The columns of `toValues`, in the same order. */
export const INSERTED_COLUMNS = `id, broker, source, position, message_id, message_key, headers, body,
  cause_code, cause_detail, status, failures, first_failed_at, last_failed_at`

export function toValues(letter: DeadLetter): SqlValue[] {
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

import type { RecordedEvent } from '@ecommerce/domain'
import { fromValues, isValues } from './order-event-values'

export const OUTBOX_COLUMNS = 'id, aggregate, aggregate_id, type, version, data, created_at'

export interface OutboxRow {
  readonly id: number
  readonly aggregate: RecordedEvent['aggregate']
  readonly aggregate_id: string
  readonly type: RecordedEvent['type']
  readonly version: RecordedEvent['version']
  readonly data: string
  readonly created_at: Date
}

export function toRecordedEvent(row: OutboxRow): RecordedEvent {
  const { id, aggregate, aggregate_id: aggregateId, type, version, created_at: at } = row
  const data = isValues(row.data) ? fromValues(aggregateId, row.data) : row.data
  return { id: String(id), aggregate, aggregateId, type, version, data, at }
}

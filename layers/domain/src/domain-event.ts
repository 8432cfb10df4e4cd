/**
 * Something that has happened, as the service publishes it. The transaction that makes it true also writes it to the
 * outbox. Events of one aggregate are published in the order in which they were written.
 */
export interface DomainEvent {
  readonly type:
    | 'product_created'
    | 'product_updated'
    | 'product_deleted'
    | 'product_stock_changed'
    | 'order_confirmed'
    | 'order_rejected'
    | 'order_cancelled'
    | 'order_shipped'
    | 'order_delivered'
  readonly version: 1
  readonly aggregate: 'product' | 'order'
  readonly aggregateId: string
  readonly at: Date
  /** JSON members in snake_case, as consumers see them. */
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * Something that has happened, as it leaves the service. Written to the outbox in the transaction that made it true;
 * events of one aggregate leave in the order they were written.
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

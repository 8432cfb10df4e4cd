import {
  CHANNELS,
  elapsedMs,
  isoTime,
  MAX_LINES,
  MAX_QUANTITY,
  type Order,
  type OrderPage,
  type OrderRequest,
  type PendingOrder,
  type Timeline,
} from '@ecommerce/domain'
import { type Caller, defineRoute, z } from '@ecommerce/runtime'
import { cursor, idempotencyKey, instant, limit, price, text, toPrice } from '../fields'
import { actorFor } from '../order-actor'

const userIdText = text(64)

/** Clients of the seed system send numbers. Inside the shop a user id is text. */
const userId = z.union([userIdText, z.int().min(0).transform(String)])

const quantity = z.int().min(1).max(MAX_QUANTITY)
const line = z.strictObject({ product_id: z.int().min(1), quantity })

const items = z
  .array(line)
  .min(1)
  .max(MAX_LINES)
  .superRefine((lines, context) => {
    const seen = new Set<number>()
    lines.forEach(({ product_id }, index) => {
      if (seen.has(product_id)) {
        context.addIssue({ code: 'custom', path: [index, 'product_id'], message: 'occurs twice: add up the quantity' })
      }
      seen.add(product_id)
    })
  })

const orderForm = z
  .union([z.strictObject({ user_id: userId, ...line.shape }), z.strictObject({ user_id: userId, items })])
  .meta({ id: 'OrderForm', description: 'One product, or 1 to 50 items. Prices come from the catalogue.' })

const orderKey = z.object({
  'idempotency-key': idempotencyKey(
    'Each user has its own keys. The three channels share them: one key is one order. If that order came through another channel, or the route is asynchronous, the response to a repeated request is the order as it is now.',
  ),
})

const changeKey = z.object({
  'idempotency-key': idempotencyKey('Each order has its own keys, which both routes that change its status share.'),
})

const orderBody = z
  .object({
    id: z.string(),
    status: z.enum(['pending', 'confirmed', 'rejected', 'shipped', 'delivered', 'cancelled']),
    user_id: z.string().optional(),
    placed_by: z
      .string()
      .optional()
      .meta({ description: 'The user id in the token of the request. Absent in an open shop' }),
    channel: z.enum(CHANNELS).optional(),
    reason: z.enum(['insufficient-stock', 'unknown-product']).optional(),
    shortages: z.array(z.object({ product_id: z.int(), requested: z.int(), available: z.int() })).optional(),
    items: z
      .array(z.object({ product_id: z.int(), name: z.string(), unit_price: price, quantity: z.int() }))
      .optional(),
    total: z.number().optional(),
    accepted_at: instant.optional().meta({
      description:
        'Absent in a pending order that has an Idempotency-Key, because only its message holds the time. If a clock of another machine was ahead, recorded orders show the time of consumption.',
    }),
    consumed_at: instant.optional().meta({
      description: 'When placement began: at acceptance for sync orders, or when a consumer received the order',
    }),
    committed_at: instant.optional(),
    updated_at: instant.optional(),
  })
  .meta({
    id: 'Order',
    description:
      'A pending order is still in its broker: only its id, its status and, without an Idempotency-Key, its accepted_at are known.',
  })

/** Without blanks: MySQL ignores trailing blanks in comparisons, so one order would have many ids. */
const params = z.object({ id: z.string().regex(/^\S{1,64}$/) })

const note = text(200).optional().meta({ description: 'The reason, for the history' })

export const createOrderSync = defineRoute({
  operationId: 'createOrderSync',
  method: 'POST',
  path: '/orders/sync',
  summary: 'Place an order and wait for its commit',
  description: 'The 201 means that the order is committed and its units are sold.',
  tag: 'orders',
  access: 'orders:write',
  headers: orderKey,
  body: orderForm,
  success: { status: 201, description: 'Confirmed', headers: { location: 'The path of the order' }, body: orderBody },
  problems: ['insufficient-stock', 'unknown-product', 'idempotency-key-reused', 'overloaded', 'unavailable'],
})

/** See `PublishedKeys`, and ADR 8. */
const ASYNC_KEYS = [
  'A repeated request with an Idempotency-Key gets the order as it is now, and changes nothing.',
  'While the first order with the key is pending, only the process that accepted it can refuse another body with 422.',
  'Another process accepts that body too, with the same id. Then one of the two is placed, and the other becomes a dead letter with the cause idempotency-key-reused.',
].join(' ')

export const createOrderKafka = defineRoute({
  operationId: 'createOrderKafka',
  method: 'POST',
  path: '/orders/async/kafka',
  summary: 'Accept an order through Kafka',
  description: `The 202 means that all in-sync replicas have the order. It is pending until a consumer has placed it. ${ASYNC_KEYS}`,
  tag: 'orders',
  access: 'orders:write',
  headers: orderKey,
  body: orderForm,
  success: { status: 202, description: 'Accepted', headers: { location: 'The path of the order' }, body: orderBody },
  problems: ['idempotency-key-reused', 'overloaded', 'unavailable'],
})

export const createOrderRabbitMq = defineRoute({
  ...createOrderKafka,
  operationId: 'createOrderRabbitMq',
  path: '/orders/async/rabbitmq',
  summary: 'Accept an order through RabbitMQ',
  description: `The 202 means that a durable queue has confirmed the order. It is pending until a consumer has placed it. ${ASYNC_KEYS}`,
})

export const getOrder = defineRoute({
  operationId: 'getOrder',
  method: 'GET',
  path: '/orders/{id}',
  summary: 'Get an order',
  tag: 'orders',
  access: 'orders:read',
  params,
  success: { status: 200, description: 'The order', body: orderBody },
  problems: ['unavailable'],
})

export const getOrderTimeline = defineRoute({
  operationId: 'getOrderTimeline',
  method: 'GET',
  path: '/orders/{id}/timeline',
  summary: 'What happened to an order, and how long each stage took',
  tag: 'orders',
  access: 'orders:read',
  params,
  success: {
    status: 200,
    description: 'The history, oldest first',
    body: z
      .object({
        id: z.string(),
        status: z.string(),
        history: z.array(
          z.object({ status: z.string(), at: instant, note: z.string().optional(), acted_by: z.string().optional() }),
        ),
        stages: z
          .object({
            accepted_to_consumed_ms: z.int().min(0),
            consumed_to_committed_ms: z.int().min(0),
            accepted_to_committed_ms: z.int().min(0),
          })
          .optional()
          .meta({ description: 'Absent while the order is pending' }),
      })
      .meta({ id: 'Timeline' }),
  },
  problems: ['unavailable'],
})

export const listOrders = defineRoute({
  operationId: 'listOrders',
  method: 'GET',
  path: '/orders',
  summary: 'List recorded orders, newest first',
  tag: 'orders',
  access: 'orders:read',
  query: z.strictObject({
    user_id: userIdText.optional(),
    status: z.enum(['confirmed', 'rejected', 'shipped', 'delivered', 'cancelled']).optional(),
    channel: z.enum(CHANNELS).optional(),
    limit,
    cursor,
  }),
  success: {
    status: 200,
    description: 'A page of orders',
    body: z.object({ items: z.array(orderBody), next_cursor: z.string().optional() }).meta({ id: 'OrderPage' }),
  },
  problems: ['unavailable'],
})

export const cancelOrder = defineRoute({
  operationId: 'cancelOrder',
  method: 'POST',
  path: '/orders/{id}/cancel',
  summary: 'Cancel a confirmed order and return its units to the stock',
  description:
    'A pending order cannot be cancelled before it is confirmed. The units return in any case, also to a deleted product or above the stock limit.',
  tag: 'orders',
  access: 'orders:write',
  params,
  headers: changeKey,
  body: z.strictObject({ note }).default({}),
  success: { status: 200, description: 'Cancelled', body: orderBody },
  problems: ['illegal-transition', 'idempotency-key-reused', 'unavailable'],
})

export const changeOrderStatus = defineRoute({
  operationId: 'changeOrderStatus',
  method: 'POST',
  path: '/orders/{id}/status',
  summary: 'Change the status of an order to shipped, delivered or cancelled',
  tag: 'orders',
  access: 'orders:manage',
  params,
  headers: changeKey,
  body: z.strictObject({
    status: z.enum(['pending', 'confirmed', 'rejected', 'shipped', 'delivered', 'cancelled']),
    note,
  }),
  success: { status: 200, description: 'The order with its new status', body: orderBody },
  problems: ['illegal-transition', 'idempotency-key-reused', 'unavailable'],
})

export const ORDER_ROUTES = [
  createOrderSync,
  createOrderKafka,
  createOrderRabbitMq,
  listOrders,
  getOrder,
  getOrderTimeline,
  cancelOrder,
  changeOrderStatus,
] as const

/** @throws {InsufficientScopeError} when the form names another user than the token */
export function toOrderRequest(
  form: z.output<typeof orderForm>,
  idempotencyKey: string | undefined,
  caller: Caller,
): OrderRequest {
  const lines = 'items' in form ? form.items : [form]
  return {
    userId: form.user_id,
    lines: lines.map(({ product_id, quantity }) => ({ productId: product_id, quantity })),
    linePointers: lines.map((_, index) => ('items' in form ? `/items/${index}` : '')),
    idempotencyKey,
    placedBy: actorFor(caller, form.user_id).userId,
  }
}

export function toOrderBody(order: Order | PendingOrder): z.input<typeof orderBody> {
  if (order.status === 'pending') {
    return { id: order.id, status: order.status, accepted_at: order.acceptedAt && isoTime(order.acceptedAt) }
  }
  return {
    id: order.id,
    status: order.status,
    user_id: order.userId,
    placed_by: order.placedBy,
    channel: order.channel,
    reason: order.reason,
    shortages: order.shortages?.map(({ productId, ...counts }) => ({ product_id: productId, ...counts })),
    items: order.lines.map(({ productId, name, unitPriceCents, quantity }) => ({
      product_id: productId,
      name,
      unit_price: toPrice(unitPriceCents),
      quantity,
    })),
    total: toPrice(order.totalCents),
    accepted_at: isoTime(order.acceptedAt),
    consumed_at: isoTime(order.consumedAt),
    committed_at: isoTime(order.committedAt),
    updated_at: isoTime(order.updatedAt),
  }
}

export function toOrderPage({ items, nextCursor }: OrderPage) {
  return { items: items.map(toOrderBody), next_cursor: nextCursor }
}

export function toTimelineBody({ order, history }: Timeline) {
  return {
    id: order.id,
    status: order.status,
    history: [
      ...(order.acceptedAt ? [{ status: 'pending', at: isoTime(order.acceptedAt) }] : []),
      ...history.map(({ status, at, note, actedBy }) => ({ status, at: isoTime(at), note, acted_by: actedBy })),
    ],
    stages: order.status === 'pending' ? undefined : toStages(order),
  }
}

/** The third stage is always the sum of the other two. */
function toStages({ acceptedAt, consumedAt, committedAt }: Order) {
  const acceptedToConsumedMs = elapsedMs(acceptedAt, consumedAt)
  const consumedToCommittedMs = elapsedMs(consumedAt, committedAt)
  return {
    accepted_to_consumed_ms: acceptedToConsumedMs,
    consumed_to_committed_ms: consumedToCommittedMs,
    accepted_to_committed_ms: acceptedToConsumedMs + consumedToCommittedMs,
  }
}

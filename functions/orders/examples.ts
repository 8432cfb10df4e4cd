import {
  IllegalTransitionError,
  InsufficientStockError,
  type Order,
  type OrderRequest,
  UnavailableError,
  UnknownProductError,
} from '@ecommerce/domain'
import type { ExamplesOfRoutes } from '@ecommerce/runtime'
import { LAMP, NO_ORDER, NO_OTHER_ORDER, NO_PRODUCT, USER } from '../example-values'
import { invalid, notFound } from '../problem-examples'
import { type ORDER_ROUTES, toOrderBody } from './contract'

const request: OrderRequest = {
  userId: USER,
  lines: [{ productId: LAMP.id, quantity: 2 }],
  linePointers: [''],
}

const confirmed: Order = {
  id: NO_ORDER,
  userId: USER,
  channel: 'sync',
  status: 'confirmed',
  lines: [{ productId: LAMP.id, name: LAMP.name, unitPriceCents: 5_400, quantity: 2 }],
  totalCents: 10_800,
  fingerprint: '',
  acceptedAt: new Date('2026-11-23T07:13:12.299Z'),
  consumedAt: new Date('2026-11-23T07:13:12.299Z'),
  committedAt: new Date('2026-11-23T07:13:12.305Z'),
  updatedAt: new Date('2026-11-23T07:13:12.305Z'),
}
const rejected: Order = {
  ...confirmed,
  id: NO_OTHER_ORDER,
  status: 'rejected',
  reason: 'insufficient-stock',
  shortages: [{ productId: LAMP.id, requested: 2, available: 1 }],
}
const pending = { id: NO_ORDER, status: 'pending', acceptedAt: confirmed.acceptedAt } as const
const later = { ...confirmed, updatedAt: new Date('2026-11-23T09:41:07.082Z') }

const params = { id: NO_ORDER }

const forms = {
  'One product': { user_id: USER, product_id: LAMP.id, quantity: 2 },
  'Several products': {
    user_id: USER,
    items: [
      { product_id: LAMP.id, quantity: 1 },
      { product_id: 39, quantity: 2 },
    ],
  },
}

const invalidOrder = invalid('/quantity', 'Too small: expected number to be >=1')
const unknownOrder = notFound('order', NO_ORDER)

const accepted = {
  body: forms,
  success: { Accepted: toOrderBody(pending) },
  successHeaders: { location: `/orders/${NO_ORDER}` },
}

export const ORDER_EXAMPLES: ExamplesOfRoutes<typeof ORDER_ROUTES> = {
  createOrderSync: {
    body: forms,
    success: { Confirmed: toOrderBody(confirmed) },
    successHeaders: { location: `/orders/${NO_ORDER}` },
    problems: {
      ...invalidOrder,
      'insufficient-stock': new InsufficientStockError(request, rejected),
      'unknown-product': new UnknownProductError({ ...request, lines: [{ productId: NO_PRODUCT, quantity: 2 }] }, [
        NO_PRODUCT,
      ]),
    },
  },
  createOrderKafka: { ...accepted, problems: { ...invalidOrder, unavailable: new UnavailableError('Kafka') } },
  createOrderRabbitMq: { ...accepted, problems: { ...invalidOrder, unavailable: new UnavailableError('RabbitMQ') } },
  listOrders: {
    query: { user_id: USER },
    success: {
      'The only page': { items: [toOrderBody(confirmed)] },
      'A page with a next one': { items: [toOrderBody(rejected)], next_cursor: 'WyJIM1V2aFFfUCIsMl0' },
    },
    problems: invalid('/status', 'Invalid option: expected one of "confirmed"|"rejected"|"shipped"'),
  },
  getOrder: {
    params,
    success: {
      Confirmed: toOrderBody(confirmed),
      Pending: toOrderBody(pending),
      Rejected: toOrderBody(rejected),
    },
    problems: unknownOrder,
  },
  getOrderTimeline: {
    params,
    success: {
      Confirmed: {
        id: NO_ORDER,
        status: 'confirmed',
        history: [
          { status: 'pending', at: '2026-11-23T07:40:20.995Z' },
          { status: 'confirmed', at: '2026-11-23T07:40:21.067Z' },
        ],
        stages: { accepted_to_consumed_ms: 71, consumed_to_committed_ms: 1, accepted_to_committed_ms: 72 },
      },
      Pending: { id: NO_ORDER, status: 'pending', history: [{ status: 'pending', at: '2026-11-23T07:40:20.995Z' }] },
    },
    problems: unknownOrder,
  },
  cancelOrder: {
    params,
    body: { 'With a reason': { note: 'Ordered twice' }, 'Without a reason': {} },
    success: { Cancelled: toOrderBody({ ...later, status: 'cancelled' }) },
    problems: {
      ...unknownOrder,
      ...invalid('/note', 'Too small: expected string to have >=1 characters'),
      'illegal-transition': new IllegalTransitionError('delivered', 'cancelled'),
    },
  },
  changeOrderStatus: {
    params,
    body: { Shipped: { status: 'shipped', note: 'Parcel 00340434161094042557' }, Delivered: { status: 'delivered' } },
    success: { Shipped: toOrderBody({ ...later, status: 'shipped' }) },
    problems: {
      ...unknownOrder,
      ...invalid('/status', 'Invalid option: expected one of "shipped"|"delivered"|"cancelled"'),
      'illegal-transition': new IllegalTransitionError('confirmed', 'delivered'),
    },
  },
}

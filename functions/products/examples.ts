import { MAX_STOCK, StockLimitError } from '@ecommerce/domain'
import type { ExamplesOfRoutes } from '@ecommerce/runtime'
import { LAMP, NO_ORDER, NO_PRODUCT } from '../example-values'
import { invalid, notFound } from '../problem-examples'
import { etagOf, type PRODUCT_ROUTES } from './contract'

const newLamp = {
  name: 'Floor Lamp',
  description: 'A slim stand and a linen shade, for reading corners.',
  category: 'home',
  price: 89.9,
}

const created = { ...newLamp, id: 51, stock: 120, version: 1, created_at: LAMP.created_at, updated_at: LAMP.created_at }
const changedLamp = { ...created, id: NO_PRODUCT, version: 2, updated_at: '2026-11-23T09:41:07.082Z' }

const NO_ENTITY_TAGS = 'must be * or a list of entity tags, such as "1"'
const OTHER_STOCK = 'is 120 and cannot be changed here: use an inventory adjustment, or leave it out'

const existing = { id: String(LAMP.id) }
const none = { id: String(NO_PRODUCT) }

export const PRODUCT_EXAMPLES: ExamplesOfRoutes<typeof PRODUCT_ROUTES> = {
  createProduct: {
    body: {
      'A lamp in stock': { ...newLamp, stock: 120 },
      'Only what is required': { name: 'Lamp Shade', price: 19.5 },
    },
    success: { Created: created },
    successHeaders: { etag: etagOf(created), location: `/products/${created.id}` },
    problems: invalid('/price', 'Too small: expected number to be >=0'),
  },
  listProducts: {
    query: { search: 'lamp' },
    success: {
      'The only page': { items: [LAMP] },
      'A page with a next one': { items: [LAMP], next_cursor: 'WyI3Nm1iQ2lfSCIsNTQwMCwzNl0' },
      'Nothing found': { items: [] },
    },
    problems: invalid('/max_price', 'must be an amount such as 10 or 9.99'),
  },
  getProduct: {
    params: existing,
    success: { 'A lamp': LAMP },
    successHeaders: { etag: etagOf(LAMP) },
    problems: { ...notFound('product', NO_PRODUCT), ...invalid('/if-none-match', NO_ENTITY_TAGS) },
  },
  replaceProduct: {
    params: none,
    body: { 'The whole entry': { ...newLamp, price: 79.9 } },
    success: { Replaced: { ...changedLamp, price: 79.9 } },
    successHeaders: { etag: etagOf(changedLamp) },
    problems: { ...notFound('product', NO_PRODUCT), ...invalid('/stock', OTHER_STOCK) },
  },
  updateProduct: {
    params: none,
    body: { 'A new price': { price: 79.9 } },
    success: { Changed: { ...changedLamp, price: 79.9 } },
    successHeaders: { etag: etagOf(changedLamp) },
    problems: { ...notFound('product', NO_PRODUCT), ...invalid('', 'must name at least one member to change') },
  },
  deleteProduct: {
    params: none,
    problems: {
      ...notFound('product', NO_PRODUCT),
      ...invalid('/if-match', NO_ENTITY_TAGS),
    },
  },
  getInventory: {
    params: existing,
    success: {
      'After a sale': {
        product_id: LAMP.id,
        on_hand: 388,
        sold: 2,
        ledger: [
          { delta: -2, reason: 'order', order_id: NO_ORDER, at: '2026-11-23T07:13:12.305Z' },
          { delta: 390, reason: 'initial', at: LAMP.created_at },
        ],
      },
    },
    problems: { ...notFound('product', NO_PRODUCT), ...invalid('/limit', 'Too big: expected number to be <=100') },
  },
  adjustInventory: {
    params: none,
    body: {
      'A delivery': { delta: 40, reason: 'Delivery 7 of the lamp factory' },
      'A loss': { delta: -2, reason: 'Broken in the warehouse' },
    },
    success: {
      Recorded: {
        product_id: NO_PRODUCT,
        delta: 40,
        reason: 'Delivery 7 of the lamp factory',
        on_hand: 430,
        at: '2026-11-23T09:41:07.082Z',
      },
    },
    problems: {
      ...notFound('product', NO_PRODUCT),
      ...invalid('/delta', 'must not be 0'),
      'insufficient-stock': new StockLimitError(390, -400),
      'stock-limit': new StockLimitError(390, MAX_STOCK),
    },
  },
}

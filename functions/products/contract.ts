import {
  InvalidInputError,
  type Inventory,
  type LedgerEntry,
  MAX_STOCK,
  type Page,
  PRODUCT_SORTS,
  type Product,
  type ProductChanges,
  type ProductId,
} from '@ecommerce/domain'
import { defineRoute, entityTags, failedPrecondition, z } from '@ecommerce/runtime'
import {
  cursor,
  idempotencyKey,
  instant,
  limit,
  noIdempotencyKey,
  price,
  prose,
  queryPrice,
  sortedText,
  text,
  toCents,
  toPrice,
  wholeNumber,
} from '../fields'

export const productId = wholeNumber(1, Number.MAX_SAFE_INTEGER)

const name = sortedText(200)
const description = prose(5_000)
const category = text(100)

const productBody = z
  .object({
    id: z.int(),
    name,
    description,
    category,
    price,
    stock: z.int(),
    version: z.int(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'Product' })

const ledgerEntryBody = z
  .object({
    delta: z.int(),
    reason: z.enum(['initial', 'adjustment', 'order', 'cancellation']),
    note: z.string().optional(),
    order_id: z.string().optional(),
    at: instant,
  })
  .meta({ id: 'LedgerEntry' })

const params = z.object({ id: productId })

const preconditions = z.object({
  'if-match': entityTags
    .optional()
    .meta({ description: 'The ETag that this change is based on. Without it, the last change wins.' }),
  'if-none-match': entityTags.optional().meta({ description: '* refuses to change a product that exists.' }),
  'idempotency-key': noIdempotencyKey(
    'a repeated request leads to the same result, and If-Match prevents lost updates',
  ),
})

const changes = {
  name,
  description,
  category,
  price: price.transform(toCents),
}

/**
 * PUT and PATCH accept these members, so that a product can be sent back as it was read. A wrong id, or another stock, is
 * a mistake of the client and is refused. The rest may be outdated: If-Match protects against lost updates.
 */
const readOnly = {
  id: z.int().optional().meta({ readOnly: true, description: 'If given, it must be the id in the path.' }),
  stock: z.int().optional().meta({
    readOnly: true,
    description: 'If given, it must be the current stock. Only an inventory adjustment can change it.',
  }),
  version: z.int().optional().meta({ readOnly: true, description: 'Ignored' }),
  created_at: instant.optional().meta({ readOnly: true, description: 'Ignored' }),
  updated_at: instant.optional().meta({ readOnly: true, description: 'Ignored' }),
}

const SEND_BACK =
  'The body may contain the members that only the shop sets, so a product can be sent back as it was read. Its id and stock must then be the current ones; version, created_at and updated_at are ignored.'

const etag = { etag: 'A strong tag of the whole representation, for If-Match and If-None-Match. Sales change it too.' }

export const createProduct = defineRoute({
  operationId: 'createProduct',
  method: 'POST',
  path: '/products',
  summary: 'Add a product to the catalogue',
  tag: 'products',
  access: 'catalogue:write',
  headers: z.object({ 'idempotency-key': idempotencyKey('Keys of new products are separate from all other keys.') }),
  body: z.strictObject({
    ...changes,
    description: description.default(''),
    category: category.default('general'),
    stock: z.int().min(0).max(MAX_STOCK).default(0),
  }),
  success: {
    status: 201,
    description: 'Created',
    headers: { ...etag, location: 'The path of the product' },
    body: productBody,
  },
  problems: ['idempotency-key-reused', 'unavailable'],
})

export const listProducts = defineRoute({
  operationId: 'listProducts',
  method: 'GET',
  path: '/products',
  summary: 'Search, filter and page through the catalogue',
  tag: 'products',
  access: 'public',
  query: z.strictObject({
    search: text(200)
      .optional()
      .meta({
        description:
          'Words, separated by blanks, that must all occur in the name or the description. The beginning of a word is ' +
          'enough: lam finds lamp. Case and accents do not count: cafe finds Café. All other characters in a word count, ' +
          'as in c++, .net, 1:20 and t-shirt; punctuation around a word does not. After a symbol a word begins too: ' +
          'shirt finds t-shirt. Of scripts without blanks (Chinese, Japanese, Thai), pairs of characters must occur. ' +
          'No character is an operator or a wildcard.',
      }),
    category: category.optional(),
    min_price: queryPrice.optional(),
    max_price: queryPrice.optional(),
    in_stock: z
      .enum(['true', 'false'])
      .transform((given) => given === 'true')
      .optional(),
    sort: z
      .enum(PRODUCT_SORTS)
      .optional()
      .meta({
        description:
          'Default: relevance for a search, else id. Relevance goes by the longest word of the search: whole words come ' +
          'before longer ones, then names before descriptions.',
      }),
    limit,
    cursor,
  }),
  success: {
    status: 200,
    description:
      'A page of products. While there is a next_cursor, there may be more, even if the page has fewer items than the ' +
      'limit: a search for very common words with a filter that excludes almost all products takes several pages.',
    body: z.object({ items: z.array(productBody), next_cursor: z.string().optional() }).meta({ id: 'ProductPage' }),
  },
  problems: ['unavailable'],
})

export const getProduct = defineRoute({
  operationId: 'getProduct',
  method: 'GET',
  path: '/products/{id}',
  summary: 'Get a product',
  tag: 'products',
  access: 'public',
  params,
  headers: z.object({
    'if-match': entityTags.optional().meta({ description: 'Refuses to read a product with another ETag.' }),
    'if-none-match': entityTags.optional().meta({ description: 'Responds with 304 if this is the present ETag.' }),
  }),
  success: { status: 200, description: 'The product', headers: etag, body: productBody },
  problems: ['precondition-failed', 'unavailable'],
})

export const replaceProduct = defineRoute({
  operationId: 'replaceProduct',
  method: 'PUT',
  path: '/products/{id}',
  summary: 'Replace a catalogue entry',
  description: `Members that are left out get their defaults. ${SEND_BACK}`,
  tag: 'products',
  access: 'catalogue:write',
  params,
  headers: preconditions,
  body: z.strictObject({
    ...changes,
    description: description.default(''),
    category: category.default('general'),
    ...readOnly,
  }),
  success: { status: 200, description: 'Replaced', headers: etag, body: productBody },
  problems: ['version-mismatch', 'unavailable'],
})

export const updateProduct = defineRoute({
  operationId: 'updateProduct',
  method: 'PATCH',
  path: '/products/{id}',
  summary: 'Change members of a catalogue entry',
  description: SEND_BACK,
  tag: 'products',
  access: 'catalogue:write',
  params,
  headers: preconditions,
  mediaTypes: ['application/merge-patch+json'],
  body: z
    .strictObject({ ...changes, ...readOnly })
    .partial()
    .refine(
      (given) => Object.keys(given).some((member) => member in changes),
      'must name at least one member to change',
    ),
  success: { status: 200, description: 'Changed', headers: etag, body: productBody },
  problems: ['version-mismatch', 'unavailable'],
})

export const deleteProduct = defineRoute({
  operationId: 'deleteProduct',
  method: 'DELETE',
  path: '/products/{id}',
  summary: 'Remove a product from the catalogue',
  description: 'Its orders and its stock ledger stay readable.',
  tag: 'products',
  access: 'catalogue:write',
  params,
  headers: preconditions,
  success: { status: 204, description: 'Deleted' },
  problems: ['version-mismatch', 'unavailable'],
})

export const getInventory = defineRoute({
  operationId: 'getInventory',
  method: 'GET',
  path: '/products/{id}/inventory',
  summary: 'Get the stock on hand, the units sold and the ledger, newest entry first',
  description: 'on_hand + sold equals all units ever put in stock. A deleted product keeps its inventory.',
  tag: 'inventory',
  access: 'catalogue:write',
  params,
  query: z.strictObject({ limit, cursor }),
  success: {
    status: 200,
    description: 'The inventory and one page of its ledger',
    body: z
      .object({
        product_id: z.int(),
        on_hand: z.int(),
        sold: z.int(),
        ledger: z.array(ledgerEntryBody),
        next_cursor: z.string().optional(),
      })
      .meta({ id: 'Inventory' }),
  },
  problems: ['unavailable'],
})

export const adjustInventory = defineRoute({
  operationId: 'adjustInventory',
  method: 'POST',
  path: '/products/{id}/inventory/adjustments',
  summary: 'Add units to the stock or remove them',
  description: `An adjustment can raise the stock to ${MAX_STOCK} units at most, and can lower it to 0. Units of cancelled orders may raise it further.`,
  tag: 'inventory',
  access: 'catalogue:write',
  params,
  headers: z.object({ 'idempotency-key': idempotencyKey('Each product has its own keys.') }),
  body: z.strictObject({
    delta: z
      .int()
      .min(-MAX_STOCK)
      .max(MAX_STOCK)
      .refine((delta) => delta !== 0, 'must not be 0'),
    reason: text(200).meta({ description: 'The reason, for the ledger' }),
  }),
  success: {
    status: 201,
    description: 'Recorded in the ledger',
    body: z
      .object({ product_id: z.int(), delta: z.int(), reason: z.string(), on_hand: z.int(), at: instant })
      .meta({ id: 'Adjustment' }),
  },
  problems: ['insufficient-stock', 'stock-limit', 'idempotency-key-reused', 'unavailable'],
})

export const PRODUCT_ROUTES = [
  createProduct,
  listProducts,
  getProduct,
  replaceProduct,
  updateProduct,
  deleteProduct,
  getInventory,
  adjustInventory,
] as const

/** @throws {InvalidInputError} when the body has the id of another product */
export function toProductChanges(
  id: ProductId,
  { price, name, description, category, stock, id: given = id }: z.output<typeof updateProduct.body>,
): ProductChanges {
  if (given !== id) throw new InvalidInputError([{ pointer: '/id', detail: `is not ${id}, as in the path` }])
  return { name, description, category, priceCents: price, stock }
}

export function toProductBody(product: Product): z.input<typeof productBody> {
  return {
    id: product.id,
    name: product.name,
    description: product.description,
    category: product.category,
    price: toPrice(product.priceCents),
    stock: product.stock,
    version: product.version,
    created_at: product.createdAt.toISOString(),
    updated_at: product.updatedAt.toISOString(),
  }
}

export function toProductPage({ items, nextCursor }: Page<Product>) {
  return { items: items.map(toProductBody), next_cursor: nextCursor }
}

export function toInventoryBody({ productId, onHand, sold, ledger }: Inventory) {
  return {
    product_id: productId,
    on_hand: onHand,
    sold,
    ledger: ledger.items.map(toLedgerEntryBody),
    next_cursor: ledger.nextCursor,
  }
}

function toLedgerEntryBody({ delta, reason, note, orderId, at }: LedgerEntry): z.input<typeof ledgerEntryBody> {
  return { delta, reason, note, order_id: orderId, at: at.toISOString() }
}

/** `version` covers everything but the stock. */
export function etagOf({ version, stock }: Pick<Product, 'version' | 'stock'>): string {
  return `"${version}-${stock}"`
}

/** Whether a stored product meets the preconditions of a request; undefined without preconditions. */
export function conditionOf({ 'if-match': match, 'if-none-match': noneMatch }: z.output<typeof preconditions>) {
  if (match === undefined && noneMatch === undefined) return undefined
  return (stored: Product) => failedPrecondition({ match, noneMatch }, etagOf(stored)) === undefined
}

/** The part of an OpenAPI document that this page reads and changes. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, { readonly scheme?: string }>> }
}

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
}

interface Parameter {
  readonly in: string
  readonly name: string
  readonly example?: unknown
  readonly examples?: unknown
}

interface Media {
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>
}

/** Products and an order that exist in this shop. */
export interface OwnData {
  readonly products: readonly OwnProduct[]
  readonly orderId: string | undefined
}

export interface OwnProduct {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly category: string
  readonly price: number
}

/** No product has this id, so an example that deletes it does no harm. */
const NO_PRODUCT_ID = Number.MAX_SAFE_INTEGER

/**
 * Fills the examples with data of this shop, so that "Try it out" succeeds as it is. It changes nothing that exists: an
 * order takes one unit from the stock, and the example of a change contains the current values.
 */
export function withOwnExamples(document: OpenApi, own: OwnData): OpenApi {
  const paths = Object.entries(document.paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [method, toOperation(path, method, operation, own)]),
    ),
  ])
  return { ...document, paths: Object.fromEntries(paths) }
}

function toOperation(path: string, method: string, operation: Operation, own: OwnData): Operation {
  const id = ownId(path, method, own)
  const { parameters, requestBody } = operation
  return {
    ...operation,
    ...(parameters && { parameters: parameters.map((one) => (isId(one) ? withExample(one, id) : one)) }),
    ...(requestBody && {
      requestBody: {
        ...requestBody,
        content: Object.fromEntries(
          Object.entries(requestBody.content).map(([type, media]) => [type, toMedia(path, method, media, own)]),
        ),
      },
    }),
  }
}

function isId({ in: place, name }: Parameter): boolean {
  return place === 'path' && name === 'id'
}

/** Undefined where the example of the contract stays. */
function ownId(path: string, method: string, { products, orderId }: OwnData): unknown {
  if (path.startsWith('/products/')) return method === 'delete' ? NO_PRODUCT_ID : products[0]?.id
  return path.startsWith('/orders/') && method === 'get' ? orderId : undefined
}

function withExample<T extends Parameter | Media>(given: T, example: unknown): T {
  if (example === undefined) return given
  const { examples: _, ...rest } = given
  return { ...rest, example } as T // without `examples`, which is optional
}

function toMedia(path: string, method: string, media: Media, { products }: OwnData): Media {
  const [product] = products
  if (!product) return media
  const { name, description, category, price } = product
  if (path === '/products/{id}' && method === 'put') return withExample(media, { name, description, category, price })
  if (path === '/products/{id}' && method === 'patch') return withExample(media, { price })
  if (!/^\/orders\/(sync|async\/\w+)$/.test(path)) return media
  if (media.examples) {
    const examples = Object.entries(media.examples).map(([key, example]) => [
      key,
      { ...example, value: withProductIds(example.value, products) },
    ])
    return { ...media, examples: Object.fromEntries(examples) }
  }
  const example = media.example ?? { user_id: 'ada', product_id: product.id, quantity: 1 }
  return { ...media, example: withProductIds(example, products) }
}

/** Each line of an order gets a product of its own, because a product may occur only once. */
function withProductIds(form: unknown, products: readonly OwnProduct[]): unknown {
  if (!isRecord(form)) return form
  const [first] = products
  if ('product_id' in form && first) return { ...form, product_id: first.id }
  if (!Array.isArray(form.items)) return form
  const lines: unknown[] = form.items
  const items = lines
    .slice(0, products.length)
    .map((line, index) => (isRecord(line) ? { ...line, product_id: products[index]?.id } : line))
  return { ...form, items }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

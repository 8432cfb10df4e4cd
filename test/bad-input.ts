/** An invalid request body. The pointer names the invalid member. */
export interface BadBody {
  readonly what: string
  readonly body: unknown
  readonly pointer: string
}

const LONE_SURROGATE = '\ud83e'
const TEN_KILOBYTES = 'x'.repeat(10_000)

/** Invalid values of a count: a count is a whole number from 1 to a limit. */
const BAD_COUNTS = [0, -1, 1.5, 1e18, 2 ** 53, '1', '', null, true, [1], { $gt: 0 }]
const BAD_TEXTS = ['', '  \t', TEN_KILOBYTES, LONE_SURROGATE, null, 1.5, true, ['x'], { $ne: '' }]
const BAD_PRICES = [-0.01, 0.001, 19.999, 1_000_000.01, 1e18, '1', '', null, true, [1], {}]
const BAD_NAMES = [...BAD_TEXTS, 7]

/** The valid body, once for each invalid value of the member. */
function replacing(valid: Record<string, unknown>, member: string, values: readonly unknown[]): BadBody[] {
  return values.map((value) => ({
    what: `${member}: ${JSON.stringify(value)?.slice(0, 40)}`,
    body: { ...valid, [member]: value },
    pointer: `/${member}`,
  }))
}

function without(valid: Record<string, unknown>, member: string): BadBody {
  const { [member]: _, ...body } = valid
  return { what: `no ${member}`, body, pointer: `/${member}` }
}

function unknownMembers(valid: Record<string, unknown>): BadBody[] {
  return ['surprise', 'constructor', 'a/b', 'id'].map((member) => ({
    what: `unknown member ${member}`,
    body: { ...valid, [member]: 1 },
    pointer: `/${member.replaceAll('/', '~1')}`,
  }))
}

export const PRODUCT = { name: 'Bad input', description: '', category: 'general', price: 9.99 } as const

const badDetails = (valid: Record<string, unknown>): BadBody[] => [
  ...replacing(valid, 'name', BAD_NAMES),
  ...replacing(valid, 'category', BAD_NAMES),
  ...replacing(valid, 'description', [TEN_KILOBYTES, LONE_SURROGATE, null, 7, ['x'], {}]),
  ...replacing(valid, 'price', BAD_PRICES),
  ...unknownMembers(valid),
]

export const BAD_PRODUCTS: readonly BadBody[] = [
  ...badDetails(PRODUCT),
  without(PRODUCT, 'name'),
  without(PRODUCT, 'price'),
  ...replacing(PRODUCT, 'stock', [-1, 0.5, 1_000_000_001, 1e18, 2 ** 53, '1', null]),
]

export const BAD_REPLACEMENTS: readonly BadBody[] = [
  ...badDetails(PRODUCT),
  without(PRODUCT, 'name'),
  without(PRODUCT, 'price'),
  ...replacing(PRODUCT, 'stock', [1]),
]

export const BAD_PATCHES: readonly BadBody[] = [
  ...badDetails({ price: 1 }),
  ...replacing({ price: 1 }, 'stock', [1]),
  { what: 'nothing to change', body: {}, pointer: '' },
]

const ADJUSTMENT = { delta: 1, reason: 'delivery' }

export const BAD_ADJUSTMENTS: readonly BadBody[] = [
  ...replacing(ADJUSTMENT, 'delta', [0, 0.5, 1_000_000_001, -1_000_000_001, 1e18, 2 ** 53, '1', null, [1]]),
  ...replacing(ADJUSTMENT, 'reason', BAD_NAMES),
  ...unknownMembers(ADJUSTMENT),
  without(ADJUSTMENT, 'delta'),
  without(ADJUSTMENT, 'reason'),
]

/** @param productId an existing product with enough stock, so that each order has only the intended error */
export function badOrders(productId: number): BadBody[] {
  const line = { product_id: productId, quantity: 1 }
  const short = { user_id: 'buyer', ...line }
  const long = (...items: unknown[]) => ({ user_id: 'buyer', items })
  const badLines = [
    ...replacing(line, 'product_id', BAD_COUNTS),
    ...replacing(line, 'quantity', [...BAD_COUNTS, 10_001]),
    ...unknownMembers(line),
    without(line, 'product_id'),
    without(line, 'quantity'),
  ]
  return [
    ...replacing(short, 'user_id', [...BAD_TEXTS, -1, 2 ** 53, 'x'.repeat(65)]),
    ...replacing(short, 'product_id', BAD_COUNTS),
    ...replacing(short, 'quantity', [...BAD_COUNTS, 10_001]),
    ...unknownMembers(short),
    without(short, 'user_id'),
    without(short, 'product_id'),
    without(short, 'quantity'),
    without(long(line), 'user_id'),
    ...replacing(long(line), 'user_id', BAD_TEXTS),
    ...replacing(long(line), 'items', [[], null, 'x', 1, line]),
    ...unknownMembers(long(line)),
    ...badLines.map(({ what, body, pointer }) => ({
      what: `second line, ${what}`,
      body: long({ ...line, product_id: productId - 1 }, body),
      pointer: `/items/1${pointer}`,
    })),
    { what: 'a line that is a number', body: long(line, 7), pointer: '/items/1' },
    { what: 'a line that is null', body: long(null), pointer: '/items/0' },
    { what: 'both forms at once', body: { ...short, ...long(line) }, pointer: '/items' },
    {
      what: '51 lines',
      body: long(...Array.from({ length: 51 }, (_, at) => ({ product_id: productId + at, quantity: 1 }))),
      pointer: '/items',
    },
    { what: 'the same product twice', body: long(line, { ...line, quantity: 2 }), pointer: '/items/1/product_id' },
  ]
}

const BAD_NOTES = replacing({}, 'note', BAD_NAMES)

export const BAD_CANCELLATIONS: readonly BadBody[] = [
  ...BAD_NOTES,
  ...unknownMembers({}),
  ...replacing({}, 'status', ['x']),
]

export const BAD_MOVES: readonly BadBody[] = [
  ...replacing({}, 'status', ['', 'SHIPPED', 'shipped ', 'lost', null, 1, ['shipped'], {}, '__proto__']),
  ...BAD_NOTES.map((bad) => ({ ...bad, body: { status: 'shipped', ...(bad.body as object) } })),
  ...unknownMembers({ status: 'shipped' }),
  without({ status: 'shipped' }, 'status'),
]

export const BAD_LIMITS = [
  '',
  '0',
  '-1',
  '101',
  '1.5',
  '1e1',
  '0x10',
  '01',
  ' 1',
  '+1',
  'abc',
  'NaN',
  '9'.repeat(30),
  '1;',
]

/** Ids, as written in a path, that name nothing. None may cause a 5xx. */
export const BAD_IDS = [
  'abc',
  '0',
  '-1',
  '1e3',
  '1.0',
  '01',
  '+1',
  '%201',
  'NaN',
  'null',
  'undefined',
  '__proto__',
  '9007199254740993',
  '18446744073709551616',
  '9'.repeat(5_000),
  '%00',
  '%0d%0aset-cookie:%20a=b',
  '%F0%9F%A6%8A',
  '..%2F',
  '%2e%2e%2fhealth',
  "1'%20OR%20'1'='1",
  '%22%3E%3Cscript%3E',
]

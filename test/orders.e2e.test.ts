import { describe, expect, it } from 'vitest'
import { expectProblem, pointersOf } from './expect-problem'
import { bodyOf, type Order, type Page, uniqueWord } from './shop-client'
import { useShop } from './use-shop'

const shop = useShop()

describe('an order', () => {
  it('of one product, in the short form, is confirmed and immediately readable at its location', async () => {
    const product = await shop.client.createProduct({ name: 'Kettle', price: 39.9, stock: 5 })
    const userId = uniqueWord()

    const placed = await shop.client.post('/orders/sync', { user_id: userId, product_id: product.id, quantity: 2 })

    const order = bodyOf<Order>(placed, 201)
    expect(order).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      status: 'confirmed',
      user_id: userId,
      channel: 'sync',
      items: [{ product_id: product.id, name: 'Kettle', unit_price: 39.9, quantity: 2 }],
      total: 79.8,
      accepted_at: expect.any(String),
      consumed_at: order.accepted_at,
      committed_at: expect.any(String),
      updated_at: order.committed_at,
    })
    expect(placed.headers.location).toBe(`/orders/${order.id}`)
    expect(await shop.client.get(placed.headers.location ?? '')).toMatchObject({ status: 200, body: order })
    expect(await shop.client.getInventory(product.id)).toMatchObject({ on_hand: 3, sold: 2 })
  })

  it('of many products keeps the order of its lines', async () => {
    const products = await Promise.all(
      Array.from({ length: 50 }, (_, at) => shop.client.createProduct({ price: at + 0.01, stock: 1 })),
    )
    const items = products.toReversed().map(({ id }) => ({ product_id: id, quantity: 1 }))

    const order = await shop.client.placeOrder(items)

    expect(order.items.map(({ product_id, quantity }) => ({ product_id, quantity }))).toEqual(items)
    expect(order.total).toBe(1225.5)
    expect(await shop.client.getOrder(order.id)).toEqual(order)
  })

  it('may identify its user by a number', async () => {
    const { id } = await shop.client.createProduct({ stock: 1 })

    const response = await shop.client.post('/orders/sync', { user_id: 42, product_id: id, quantity: 1 })

    expect(bodyOf<Order>(response, 201).user_id).toBe('42')
  })

  it.each([
    { lines: [[19.99, 3]], total: 59.97 },
    {
      lines: [
        [0.1, 1],
        [0.2, 1],
      ],
      total: 0.3,
    },
    { lines: [[0.1, 3]], total: 0.3 },
    {
      lines: [
        [1.1, 3],
        [2.2, 3],
      ],
      total: 9.9,
    },
    { lines: [[0.07, 100]], total: 7 },
    {
      lines: [
        [4.35, 100],
        [0.57, 100],
      ],
      total: 492,
    },
    { lines: [[0, 10]], total: 0 },
    {
      lines: [
        [1_000_000, 10_000],
        [999_999.99, 9_999],
      ],
      total: 19_998_999_900.01,
    },
  ])('of $lines costs exactly $total', async ({ lines, total }) => {
    const items = await Promise.all(
      lines.map(async ([price = 0, quantity = 0]) => {
        const { id } = await shop.client.createProduct({ price, stock: quantity })
        return { product_id: id, quantity }
      }),
    )

    const order = await shop.client.placeOrder(items)

    expect(order.total).toBe(total)
    expect((await shop.client.getOrder(order.id)).total).toBe(total)
  })

  it.each(['price', 'unit_price', 'total'])(
    'has its price from the catalogue: a %s in the request is refused',
    async (member) => {
      const { id } = await shop.client.createProduct({ price: 100, stock: 1 })
      const line = { product_id: id, quantity: 1 }

      const short = await shop.client.post('/orders/sync', { user_id: 'cheap', ...line, [member]: 0.01 })
      const long = await shop.client.post('/orders/sync', { user_id: 'cheap', items: [{ ...line, [member]: 0.01 }] })

      expect(pointersOf(expectProblem(short, 'invalid-input'))).toEqual([`/${member}`])
      expect(pointersOf(expectProblem(long, 'invalid-input'))).toEqual([`/items/0/${member}`])
    },
  )

  it('keeps the price and the name of its placement', async () => {
    const product = await shop.client.createProduct({ name: 'Before', price: 10, stock: 1 })
    const order = await shop.client.placeOrder([{ product_id: product.id, quantity: 1 }])

    await shop.client.send('PATCH', `/products/${product.id}`, { json: { name: 'After', price: 99 } })

    expect(await shop.client.getOrder(order.id)).toEqual(order)
  })

  it('is rejected as a whole when one line is short of stock, and names the line', async () => {
    const [plenty, scarce] = await Promise.all([5, 1].map((stock) => shop.client.createProduct({ stock })))
    const items = [plenty, scarce].map((product) => ({ product_id: product?.id ?? 0, quantity: 2 }))

    const response = await shop.client.post('/orders/sync', { user_id: 'greedy', items })

    const problem = expectProblem(response, 'insufficient-stock')
    expect(problem.errors).toEqual([{ pointer: '/items/1/quantity', detail: expect.stringContaining('1') }])
    expect(await shop.client.getOrder(problem.order_id ?? '')).toMatchObject({
      status: 'rejected',
      reason: 'insufficient-stock',
      shortages: [{ product_id: scarce?.id, requested: 2, available: 1 }],
    })
    expect(await shop.client.getInventory(plenty?.id ?? 0)).toMatchObject({ on_hand: 5, sold: 0 })
    expect(await shop.client.getInventory(scarce?.id ?? 0)).toMatchObject({ on_hand: 1, sold: 0 })
  })

  it('for an unknown product is refused, names the line, and writes nothing', async () => {
    const { id } = await shop.client.createProduct({ stock: 1 })
    const userId = uniqueWord()
    const items = [id, 9_007_199_254_740_991].map((product_id) => ({ product_id, quantity: 1 }))

    const response = await shop.client.post('/orders/sync', { user_id: userId, items })

    expect(pointersOf(expectProblem(response, 'unknown-product'))).toEqual(['/items/1/product_id'])
    expect(bodyOf<Page<Order>>(await shop.client.get(`/orders?user_id=${userId}`), 200).items).toEqual([])
    expect(await shop.client.getInventory(id)).toMatchObject({ on_hand: 1, sold: 0 })
  })
})

describe('the timeline of an order', () => {
  it('lists every state with its time and note, oldest first, and the duration of each stage', async () => {
    const { id } = await shop.client.createProduct({ stock: 1 })
    const order = await shop.client.placeOrder([{ product_id: id, quantity: 1 }])
    await shop.client.post(`/orders/${order.id}/status`, { status: 'shipped', note: 'parcel 7' })
    await shop.client.moveOrder(order.id, 'delivered')

    const timeline = bodyOf<{ history: { status: string; at: string }[]; stages: Record<string, number> }>(
      await shop.client.get(`/orders/${order.id}/timeline`),
      200,
    )

    expect(timeline).toMatchObject({ id: order.id, status: 'delivered' })
    expect(timeline.history).toEqual([
      { status: 'pending', at: order.accepted_at },
      { status: 'confirmed', at: order.committed_at },
      { status: 'shipped', at: expect.any(String), note: 'parcel 7' },
      { status: 'delivered', at: expect.any(String) },
    ])
    const times = timeline.history.map(({ at }) => at)
    expect(times).toEqual(times.toSorted())
    const { accepted_to_consumed_ms, consumed_to_committed_ms, accepted_to_committed_ms } = timeline.stages
    expect(accepted_to_committed_ms).toBe(Date.parse(order.committed_at) - Date.parse(order.accepted_at))
    expect((accepted_to_consumed_ms ?? 0) + (consumed_to_committed_ms ?? 0)).toBe(accepted_to_committed_ms)
  })
})

describe('the list of orders', () => {
  it('shows the orders of a user, newest first, page by page', async () => {
    const userId = uniqueWord()
    const { id } = await shop.client.createProduct({ stock: 10 })
    const placed: Order[] = []
    for (let count = 0; count < 7; count += 1) {
      placed.push(await shop.client.placeOrder([{ product_id: id, quantity: 1 }], userId))
    }

    const pages = await shop.client.pages<Order>(`/orders?user_id=${userId}&limit=3`)

    expect(pages.map((page) => page.length)).toEqual([3, 3, 1])
    expect(pages.flat()).toEqual(placed.toReversed())
  })

  it('filters by status and channel', async () => {
    const userId = uniqueWord()
    const { id } = await shop.client.createProduct({ stock: 2 })
    const line = { product_id: id, quantity: 1 }
    const shipped = await shop.client.placeOrder([line], userId)
    const confirmed = await shop.client.placeOrder([line], userId)
    await shop.client.moveOrder(shipped.id, 'shipped')
    const { order_id: rejected } = expectProblem(
      await shop.client.post('/orders/sync', { user_id: userId, items: [line] }),
      'insufficient-stock',
    )

    const ids = async (filter: string) =>
      bodyOf<Page<Order>>(await shop.client.get(`/orders?user_id=${userId}&${filter}`), 200).items.map(
        (item) => item.id,
      )

    expect(await ids('status=confirmed')).toEqual([confirmed.id])
    expect(await ids('status=shipped')).toEqual([shipped.id])
    expect(await ids('status=rejected')).toEqual([rejected])
    expect(await ids('status=cancelled')).toEqual([])
    expect(await ids('channel=sync')).toEqual([rejected, confirmed.id, shipped.id])
    expect(await ids('channel=kafka')).toEqual([])
  })

  it('distinguishes users by every character of their names', async () => {
    const word = uniqueWord()
    const { id } = await shop.client.createProduct({ stock: 10 })
    const names = [word, word.toUpperCase(), `${word}é`, `${word}e`, `${word}%`, `${word}' OR '1'='1`, `${word}🦊`]
    for (const name of names) await shop.client.placeOrder([{ product_id: id, quantity: 1 }], name)

    for (const name of names) {
      const [orders] = await shop.client.pages<Order>(`/orders?user_id=${encodeURIComponent(name)}`)
      expect(orders?.map(({ user_id }) => user_id)).toEqual([name])
    }
  })
})

describe('a cancellation', () => {
  it('returns the units to stock once; a second cancellation is refused and names no legal state', async () => {
    const [first, second] = await Promise.all([5, 5].map((stock) => shop.client.createProduct({ stock })))
    const items = [first, second].map((product, at) => ({ product_id: product?.id ?? 0, quantity: at + 1 }))
    const order = await shop.client.placeOrder(items)

    const cancelled = await shop.client.post(`/orders/${order.id}/cancel`, { note: 'changed my mind' })
    const again = await shop.client.post(`/orders/${order.id}/cancel`)

    expect(bodyOf<Order>(cancelled, 200)).toMatchObject({
      ...order,
      status: 'cancelled',
      updated_at: expect.any(String),
    })
    expect(expectProblem(again, 'illegal-transition').legal).toEqual([])
    for (const { product_id } of items) {
      expect(await shop.client.getInventory(product_id)).toMatchObject({ on_hand: 5, sold: 0 })
    }
  })

  it('happens once, even with many concurrent requests', async () => {
    const { id } = await shop.client.createProduct({ stock: 5 })
    const order = await shop.client.placeOrder([{ product_id: id, quantity: 3 }])

    const responses = await Promise.all(
      Array.from({ length: 20 }, () => shop.client.post(`/orders/${order.id}/cancel`)),
    )

    expect(responses.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 409)])
    expect(await shop.client.getInventory(id)).toMatchObject({ on_hand: 5, sold: 0, ledger: { length: 3 } })
  })
})

describe('the states of an order', () => {
  const LEGAL = {
    confirmed: ['shipped', 'cancelled'],
    shipped: ['delivered'],
    delivered: [],
    cancelled: [],
    rejected: [],
  } as const
  type State = keyof typeof LEGAL
  const STEPS_TO = {
    confirmed: [],
    shipped: ['shipped'],
    delivered: ['shipped', 'delivered'],
    cancelled: ['cancelled'],
  } as const

  async function orderIn(state: State): Promise<string> {
    const { id } = await shop.client.createProduct({ stock: state === 'rejected' ? 0 : 1 })
    const response = await shop.client.post('/orders/sync', { user_id: 'mover', product_id: id, quantity: 1 })
    if (state === 'rejected') return expectProblem(response, 'insufficient-stock').order_id ?? ''
    const order = bodyOf<Order>(response, 201)
    for (const step of STEPS_TO[state]) await shop.client.moveOrder(order.id, step)
    return order.id
  }

  const STATES = ['confirmed', 'shipped', 'delivered', 'cancelled', 'rejected'] as const
  const moves = STATES.flatMap((from) => [...STATES, 'pending' as const].map((to) => ({ from, to })))

  it.each(moves)('$from -> $to is allowed or refused by the transition table', async ({ from, to }) => {
    const legal: readonly string[] = LEGAL[from]
    const id = await orderIn(from)
    const before = await shop.client.getOrder(id)

    const response = await shop.client.post(`/orders/${id}/status`, { status: to })

    if (legal.includes(to)) {
      expect(bodyOf<Order>(response, 200)).toMatchObject({ id, status: to })
      expect(await shop.client.getOrder(id)).toEqual(response.body)
    } else {
      expect(expectProblem(response, 'illegal-transition').legal).toEqual(legal)
      expect(await shop.client.getOrder(id)).toEqual(before)
    }
  })

  it.each(STATES)('a cancellation of an order that is %s follows the same table', async (from) => {
    const id = await orderIn(from)

    const response = await shop.client.post(`/orders/${id}/cancel`)

    if (from === 'confirmed') expect(bodyOf<Order>(response, 200).status).toBe('cancelled')
    else expect(expectProblem(response, 'illegal-transition').legal).toEqual(LEGAL[from])
  })
})

describe('an order id', () => {
  const uses = (id: string) => [
    () => shop.client.get(`/orders/${id}`),
    () => shop.client.get(`/orders/${id}/timeline`),
    () => shop.client.post(`/orders/${id}/cancel`),
    () => shop.client.post(`/orders/${id}/status`, { status: 'shipped' }),
  ]

  it.each([
    '00000000-0000-8000-8000-000000000000',
    '00000000-0000-0000-0000-000000000000',
    'c0ffee00-1234-4567-89ab-0123456789ab',
    'abc',
    '1',
    '%20',
    encodeURIComponent('🦊'),
    encodeURIComponent("' OR '1'='1"),
  ])('that was never issued (%s) is unknown to every route', async (id) => {
    for (const use of uses(id)) expectProblem(await use(), 'not-found')
  })

  it('is unknown when one of its digits is changed', async () => {
    const product = await shop.client.createProduct({ stock: 1 })
    const { id } = await shop.client.placeOrder([{ product_id: product.id, quantity: 1 }])
    const tampered = [...id].flatMap((digit, at) => {
      if (digit === '-') return []
      return `${id.slice(0, at)}${((Number.parseInt(digit, 16) + 1) % 16).toString(16)}${id.slice(at + 1)}`
    })

    for (const other of tampered) expectProblem(await shop.client.get(`/orders/${other}`), 'not-found')
    expect(tampered).toHaveLength(32)
  })

  it('has only one valid spelling', async () => {
    const product = await shop.client.createProduct({ stock: 1 })
    const { id } = await shop.client.placeOrder([{ product_id: product.id, quantity: 1 }])

    for (const spelling of [id.toUpperCase(), `{${id}}`, id.replaceAll('-', ''), `${id}%20`, `%20${id}`]) {
      for (const use of uses(spelling)) expectProblem(await use(), 'not-found')
    }
  })
})

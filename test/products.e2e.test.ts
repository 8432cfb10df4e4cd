import { describe, expect, it } from 'vitest'
import { expectProblem, pointersOf } from './expect-problem'
import { bodyOf, type Inventory, type Page, type Product, uniqueWord } from './shop-client'
import { useShop } from './use-shop'

const shop = useShop()

const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('a new product', () => {
  it('is returned with its location, its version and all members, and is the same when read again', async () => {
    const given = { name: uniqueWord(), description: 'Two\nlines', category: 'tools', price: 19.99, stock: 7 }

    const created = await shop.client.post('/products', given)
    const product = bodyOf<Product>(created, 201)
    const read = await shop.client.get(`/products/${product.id}`)

    expect(product).toEqual({
      ...given,
      id: expect.any(Number),
      version: 1,
      created_at: expect.stringMatching(ISO_INSTANT),
      updated_at: product.created_at,
    })
    expect(created.headers).toMatchObject({ location: `/products/${product.id}`, etag: `"1-${product.stock}"` })
    expect(read).toMatchObject({ status: 200, headers: { etag: created.headers.etag }, body: product })
  })

  it('needs only a name and a price', async () => {
    const product = await shop.client.createProduct({ name: uniqueWord(), price: 0 })

    expect(product).toMatchObject({ description: '', category: 'general', price: 0, stock: 0 })
  })

  it.each([0, 0.01, 0.07, 0.29, 1.1, 4.35, 8.2, 19.99, 1_234.56, 999_999.99, 1_000_000])(
    'keeps the price %d exactly',
    async (price) => {
      const { id } = await shop.client.createProduct({ price })

      expect((await shop.client.getProduct(id)).price).toBe(price)
    },
  )

  it.each([
    'Kaffee ☕ für 🧑‍🚀',
    '水筒 🥤',
    'O’Reilly’s "Best" <b>&amp;</b>',
    "'; DROP TABLE products; --",
    '50 % \\ _ ?',
  ])('keeps the name %s as it was sent', async (name) => {
    const { id } = await shop.client.createProduct({ name, description: name, category: name })

    expect(await shop.client.getProduct(id)).toMatchObject({ name, description: name, category: name })
  })
})

describe('a change', () => {
  it('by PUT replaces the whole product except its stock', async () => {
    const { id } = await shop.client.createProduct({ description: 'old', category: 'old', price: 5, stock: 3 })

    const response = await shop.client.send('PUT', `/products/${id}`, { json: { name: 'New name', price: 6.5 } })

    const replaced = bodyOf<Product>(response, 200)
    expect(response.headers.etag).toBe('"2-3"')
    expect(replaced).toMatchObject({ name: 'New name', description: '', category: 'general', price: 6.5, stock: 3 })
    expect(await shop.client.getProduct(id)).toEqual(replaced)
  })

  it.each(['application/json', 'application/merge-patch+json', 'Application/JSON; charset=utf-8'])(
    'by PATCH as %s changes only the given members',
    async (mediaType) => {
      const before = await shop.client.createProduct({ description: 'old', category: 'old', price: 5, stock: 3 })

      const response = await shop.client.send('PATCH', `/products/${before.id}`, {
        raw: JSON.stringify({ price: 7 }),
        headers: { 'content-type': mediaType },
      })

      const after = bodyOf<Product>(response, 200)
      expect(after).toEqual({ ...before, price: 7, version: 2, updated_at: after.updated_at })
      expect(await shop.client.getProduct(before.id)).toEqual(after)
    },
  )
})

describe('a product that was read', () => {
  const read = async (id: number) => bodyOf<Product>(await shop.client.get(`/products/${id}`), 200)

  it.each(['Lamp', '💡'.repeat(200), '\u0001'.repeat(200), `"${'日'.repeat(198)}\\`])(
    'can be sent back unchanged by PUT and PATCH, and twice (%#)',
    async (name) => {
      const { id } = await shop.client.createProduct({ name, description: `${name}\n`, price: 1_000_000, stock: 7 })
      const product = await read(id)

      for (const method of ['PUT', 'PATCH', 'PUT'] as const) {
        const response = await shop.client.send(method, `/products/${id}`, { json: product })
        const { version: _, updated_at: __, ...same } = product
        expect(bodyOf<Product>(response, 200)).toMatchObject(same)
      }
    },
  )

  it('is refused by name with another stock or another id, and nothing changes', async () => {
    const { id } = await shop.client.createProduct({ stock: 7 })
    const product = await read(id)

    for (const method of ['PUT', 'PATCH'] as const) {
      for (const [member, value] of [
        ['stock', 8],
        ['id', id + 1],
      ] as const) {
        const response = await shop.client.send(method, `/products/${id}`, { json: { ...product, [member]: value } })
        expect(pointersOf(expectProblem(response, 'invalid-input'))).toEqual([`/${member}`])
      }
    }
    expect(await read(id)).toEqual(product)
  })
})

describe('a product above the largest stock', () => {
  it('comes from a cancellation, and can be sold, adjusted downwards, changed and sent back', async () => {
    const { id } = await shop.client.createProduct({ stock: 1_000_000_000 })
    const order = await shop.client.placeOrder([{ product_id: id, quantity: 10 }])
    const adjust = (delta: number) => shop.client.post(`/products/${id}/inventory/adjustments`, { delta, reason: 'x' })
    bodyOf(await adjust(10), 201)
    bodyOf(await shop.client.post(`/orders/${order.id}/cancel`), 200)

    const product = await shop.client.getProduct(id)
    expect(product.stock).toBe(1_000_000_010)
    expectProblem(await adjust(1), 'stock-limit')
    bodyOf(await shop.client.send('PUT', `/products/${id}`, { json: product }), 200)
    await shop.client.placeOrder([{ product_id: id, quantity: 2 }])
    expect(bodyOf<{ on_hand: number }>(await adjust(-1), 201).on_hand).toBe(1_000_000_007)
  })
})

describe('If-Match', () => {
  const changes = [
    { method: 'PUT', json: { name: 'Changed', price: 1 }, success: 200 },
    { method: 'PATCH', json: { name: 'Changed' }, success: 200 },
    { method: 'DELETE', json: undefined, success: 204 },
  ] as const

  it.each(changes)('with the present tag allows a $method', async ({ method, json, success }) => {
    const { id } = await shop.client.createProduct()

    const response = await shop.client.send(method, `/products/${id}`, { json, headers: { 'if-match': '"1-0"' } })

    expect(response.status).toBe(success)
  })

  it.each(changes)('with any tag (*) allows a $method', async ({ method, json, success }) => {
    const { id } = await shop.client.createProduct()

    const response = await shop.client.send(method, `/products/${id}`, { json, headers: { 'if-match': '*' } })

    expect(response.status).toBe(success)
  })

  it.each(changes)('with another tag refuses a $method, which changes nothing', async ({ method, json }) => {
    const { id } = await shop.client.createProduct()
    const current = bodyOf<Product>(await shop.client.send('PATCH', `/products/${id}`, { json: { price: 2 } }), 200)

    const response = await shop.client.send(method, `/products/${id}`, { json, headers: { 'if-match': '"1-0"' } })

    expect(expectProblem(response, 'version-mismatch').current_version).toBe(2)
    expect(await shop.client.getProduct(id)).toEqual(current)
  })

  it.each(['W/"1-0"', '"1", "2-0"', '"x"', '"1"', '"-1"', '""'])(
    'refuses a change when it is %s, which is no strong tag of the product',
    async (tag) => {
      const before = await shop.client.createProduct()

      for (const { method, json } of changes) {
        const response = await shop.client.send(method, `/products/${before.id}`, {
          json,
          headers: { 'if-match': tag },
        })
        expectProblem(response, 'version-mismatch')
      }
      expect(await shop.client.getProduct(before.id)).toEqual(before)
    },
  )

  it('with the tag of another stock refuses a change, because the representation has changed', async () => {
    const { id } = await shop.client.createProduct({ stock: 2 })
    const { headers } = await shop.client.get(`/products/${id}`)
    await shop.client.placeOrder([{ product_id: id, quantity: 1 }])
    const sold = await shop.client.get(`/products/${id}`, { 'if-none-match': headers.etag ?? '' })

    const change = { json: { price: 2 }, headers: { 'if-match': headers.etag ?? '' } }

    expect(sold).toMatchObject({ status: 200, body: { stock: 1 } })
    expectProblem(await shop.client.send('PATCH', `/products/${id}`, change), 'version-mismatch')
  })

  it.each(['1', "'1'", '"1', '"1" "2"', '*, "1"', ''])('is refused and named when it is %s', async (tag) => {
    const before = await shop.client.createProduct()

    for (const { method, json } of changes) {
      const response = await shop.client.send(method, `/products/${before.id}`, {
        json,
        headers: { 'if-match': tag },
      })
      expect(pointersOf(expectProblem(response, 'invalid-input'))).toEqual(['/if-match'])
    }
    expect(await shop.client.getProduct(before.id)).toEqual(before)
  })

  it('allows one of twenty writers that all read the same version', async () => {
    const { id } = await shop.client.createProduct()

    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        shop.client.send('PATCH', `/products/${id}`, { json: { price: at }, headers: { 'if-match': '"1-0"' } }),
      ),
    )

    expect(responses.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)])
    const winner = responses.find(({ status }) => status === 200)
    expect(await shop.client.getProduct(id)).toEqual(winner?.body)
  })
})

describe('a deleted product', () => {
  it('is no longer in the catalogue, while its stock and ledger stay readable', async () => {
    const category = uniqueWord()
    const { id } = await shop.client.createProduct({ category, stock: 4 })

    const deleted = await shop.client.send('DELETE', `/products/${id}`)

    expect(deleted).toMatchObject({ status: 204, body: undefined })
    for (const response of [
      await shop.client.get(`/products/${id}`),
      await shop.client.send('PUT', `/products/${id}`, { json: { name: 'Back', price: 1 } }),
      await shop.client.send('PATCH', `/products/${id}`, { json: { price: 1 } }),
      await shop.client.send('DELETE', `/products/${id}`),
      await shop.client.post(`/products/${id}/inventory/adjustments`, { delta: 1, reason: 'late delivery' }),
    ]) {
      expectProblem(response, 'not-found')
    }
    expect(bodyOf<Page<Product>>(await shop.client.get(`/products?category=${category}`), 200).items).toEqual([])
    expect(await shop.client.getInventory(id)).toMatchObject({ on_hand: 4, sold: 0, ledger: [{ reason: 'initial' }] })
  })

  it('cannot be ordered, while its orders stay readable and can be cancelled', async () => {
    const { id } = await shop.client.createProduct({ stock: 4 })
    const order = await shop.client.placeOrder([{ product_id: id, quantity: 1 }])
    await shop.client.send('DELETE', `/products/${id}`)

    const refused = await shop.client.post('/orders/sync', { user_id: 'late', product_id: id, quantity: 1 })
    expect(pointersOf(expectProblem(refused, 'unknown-product'))).toEqual(['/product_id'])

    expect(await shop.client.getOrder(order.id)).toEqual(order)
    await shop.client.moveOrder(order.id, 'cancelled')
    expect(await shop.client.getInventory(id)).toMatchObject({ on_hand: 4, sold: 0 })
  })
})

describe('the inventory', () => {
  it('lists every movement with its reason, newest first, and the movements add up to the units on hand', async () => {
    const { id } = await shop.client.createProduct({ stock: 10 })
    const adjust = (delta: number, reason: string) =>
      shop.client.post(`/products/${id}/inventory/adjustments`, { delta, reason })

    const delivered = await adjust(5, 'delivery')
    await adjust(-2, 'broken')
    const order = await shop.client.placeOrder([{ product_id: id, quantity: 3 }])
    const sold = await shop.client.getInventory(id)
    await shop.client.moveOrder(order.id, 'cancelled')

    expect(delivered).toMatchObject({
      status: 201,
      body: { product_id: id, delta: 5, reason: 'delivery', on_hand: 15 },
    })
    expect(sold).toMatchObject({ on_hand: 10, sold: 3 })
    expect(await shop.client.getInventory(id)).toEqual({
      product_id: id,
      on_hand: 13,
      sold: 0,
      ledger: [
        { delta: 3, reason: 'cancellation', order_id: order.id, at: expect.any(String) },
        { delta: -3, reason: 'order', order_id: order.id, at: expect.any(String) },
        { delta: -2, reason: 'adjustment', note: 'broken', at: expect.any(String) },
        { delta: 5, reason: 'adjustment', note: 'delivery', at: expect.any(String) },
        { delta: 10, reason: 'initial', at: expect.any(String) },
      ],
    })
  })

  it('pages through its ledger', async () => {
    const { id } = await shop.client.createProduct()
    for (const delta of [1, 2, 3, 4, 5]) {
      await shop.client.post(`/products/${id}/inventory/adjustments`, { delta, reason: 'delivery' })
    }

    const deltas: number[][] = []
    for (let cursor = ''; cursor !== 'end'; ) {
      const path = `/products/${id}/inventory?limit=2${cursor && `&cursor=${cursor}`}`
      const page = bodyOf<Inventory>(await shop.client.get(path), 200)
      deltas.push(page.ledger.map(({ delta }) => delta))
      cursor = page.next_cursor ?? 'end'
    }

    expect(deltas).toEqual([[5, 4], [3, 2], [1]])
  })

  it('refuses an adjustment below zero and names the largest possible one', async () => {
    const { id } = await shop.client.createProduct({ stock: 3 })

    const response = await shop.client.post(`/products/${id}/inventory/adjustments`, { delta: -4, reason: 'theft' })

    const { errors } = expectProblem(response, 'insufficient-stock')
    expect(errors).toEqual([{ pointer: '/delta', detail: expect.stringContaining('-3') }])
    expect(await shop.client.getInventory(id)).toMatchObject({ on_hand: 3, ledger: [{ delta: 3 }] })
  })

  it('refuses an adjustment above the largest stock', async () => {
    const { id } = await shop.client.createProduct({ stock: 1_000_000_000 })

    const response = await shop.client.post(`/products/${id}/inventory/adjustments`, { delta: 1, reason: 'one more' })

    expect(pointersOf(expectProblem(response, 'stock-limit'))).toEqual(['/delta'])
  })

  it('loses no unit in concurrent adjustments', async () => {
    const { id } = await shop.client.createProduct({ stock: 10 })

    const responses = await Promise.all(
      Array.from({ length: 30 }, () =>
        shop.client.post(`/products/${id}/inventory/adjustments`, { delta: -1, reason: 'taken' }),
      ),
    )

    expect(responses.filter(({ status }) => status === 201)).toHaveLength(10)
    for (const response of responses.filter(({ status }) => status !== 201))
      expectProblem(response, 'insufficient-stock')
    expect(await shop.client.getInventory(id)).toMatchObject({ on_hand: 0, sold: 0 })
  })
})

describe('the catalogue', () => {
  const list = async (query: Record<string, string>) =>
    bodyOf<Page<Product>>(await shop.client.get(`/products?${new URLSearchParams(query)}`), 200).items

  it('finds products whose name and description contain all words of a search, by their prefixes', async () => {
    const [lamp, desk] = [uniqueWord(), uniqueWord()]
    const both = await shop.client.createProduct({ name: `A ${lamp} for everyone`, description: `fits a ${desk}` })
    const one = await shop.client.createProduct({ name: `Another ${lamp}` })

    const ids = async (search: string) => (await list({ search, sort: 'id' })).map(({ id }) => id)

    expect(await ids(lamp)).toEqual([both.id, one.id])
    expect(await ids(lamp.toUpperCase())).toEqual([both.id, one.id])
    expect(await ids(lamp.slice(0, 20))).toEqual([both.id, one.id])
    expect(await ids(`${desk} ${lamp}`)).toEqual([both.id])
    expect(await ids(`${desk} ${uniqueWord()}`)).toEqual([])
    expect(await ids('-')).not.toContain(both.id)
  })

  it('finds symbols as they are typed into an address', async () => {
    const word = uniqueWord()
    const { id } = await shop.client.createProduct({ name: `${word}++ primer` })
    await shop.client.createProduct({ name: `${word} primer` })

    const found = bodyOf<{ items: { id: number }[] }>(await shop.client.get(`/products?search=${word}++`), 200)

    expect(found.items.map((product) => product.id)).toEqual([id])
  })

  it('finds a changed name immediately, and no longer the former one', async () => {
    const [before, after] = [uniqueWord(), uniqueWord()]
    const { id } = await shop.client.createProduct({ name: before })
    await shop.client.send('PATCH', `/products/${id}`, { json: { name: after } })

    expect(await list({ search: before })).toEqual([])
    expect((await list({ search: after })).map((product) => product.id)).toEqual([id])
  })

  it('filters by category, price and stock', async () => {
    const category = uniqueWord()
    const create = (price: number, stock: number) => shop.client.createProduct({ category, price, stock })
    await Promise.all([create(9.99, 0), create(10, 1), create(10.01, 0), create(20, 2)])

    const prices = async (query: Record<string, string>) =>
      (await list({ category, sort: 'price', ...query })).map(({ price }) => price)

    expect(await prices({})).toEqual([9.99, 10, 10.01, 20])
    expect(await prices({ min_price: '10' })).toEqual([10, 10.01, 20])
    expect(await prices({ max_price: '10' })).toEqual([9.99, 10])
    expect(await prices({ min_price: '10', max_price: '10.01' })).toEqual([10, 10.01])
    expect(await prices({ min_price: '10.02', max_price: '10.01' })).toEqual([])
    expect(await prices({ in_stock: 'true' })).toEqual([10, 20])
    expect(await prices({ in_stock: 'false', max_price: '10' })).toEqual([9.99])
  })

  describe('pages', () => {
    const NAMES = ['cherry', 'Äpple', 'apple', 'APPLE', 'banana', 'Banana', 'date', '🍎', 'ß', 'strasse', 'apple']

    async function createAll(): Promise<{ category: string; products: Product[] }> {
      const category = uniqueWord()
      const products: Product[] = []
      for (const [at, name] of NAMES.entries()) {
        products.push(await shop.client.createProduct({ category, name, price: at % 3 }))
      }
      return { category, products }
    }

    const byId = (a: Product, b: Product) => a.id - b.id
    const byPrice = (a: Product, b: Product) => a.price - b.price

    it.each([
      { sort: 'id', order: byId },
      { sort: '-id', order: (a: Product, b: Product) => byId(b, a) },
      { sort: 'price', order: (a: Product, b: Product) => byPrice(a, b) || byId(a, b) },
      { sort: '-price', order: (a: Product, b: Product) => byPrice(b, a) || byId(b, a) },
    ])('are sorted by $sort, and equal products by their ids', async ({ sort, order }) => {
      const { category, products } = await createAll()

      const pages = await shop.client.pages<Product>(`/products?category=${category}&sort=${sort}&limit=4`)

      expect(pages.map((page) => page.length)).toEqual([4, 4, 3])
      expect(pages.flat()).toEqual(products.toSorted(order))
    })

    it.each(['name', '-name', 'id', '-price', 'relevance'])('sorted by %s contain every product once', async (sort) => {
      const { category, products } = await createAll()
      const path = `/products?category=${category}&sort=${sort}`

      const [whole] = await shop.client.pages<Product>(`${path}&limit=100`)
      for (const limit of [1, 2, 3, 10, 11]) {
        const pages = await shop.client.pages<Product>(`${path}&limit=${limit}`)
        expect(pages.flat()).toEqual(whole)
      }
      expect(whole?.toSorted(byId)).toEqual(products)
    })

    it('are not shifted by products that are created or deleted between them', async () => {
      const { category, products } = await createAll()
      const path = `/products?category=${category}&sort=-id&limit=4`
      const first = bodyOf<Page<Product>>(await shop.client.get(path), 200)

      await shop.client.createProduct({ category })
      await shop.client.send('DELETE', `/products/${first.items[0]?.id}`)
      const second = bodyOf<Page<Product>>(await shop.client.get(`${path}&cursor=${first.next_cursor}`), 200)

      expect([...first.items, ...second.items]).toEqual(products.toReversed().slice(0, 8))
    })

    it.each(['name', '-name'])('sorted by %s continue after names of any characters', async (sort) => {
      const category = uniqueWord()
      const names = [
        '\u0001'.repeat(200),
        '"'.repeat(200),
        '💡'.repeat(200),
        '𝒜'.repeat(190),
        '日'.repeat(200),
        '\ufdfa'.repeat(14),
      ]
      for (const name of names) await shop.client.createProduct({ category, name })

      const pages = await shop.client.pages<Product>(`/products?category=${category}&sort=${sort}&limit=1`)

      expect(
        pages
          .flat()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(names.sort())
    })

    it('contain 20 products by default', async () => {
      const category = uniqueWord()
      await Promise.all(Array.from({ length: 21 }, () => shop.client.createProduct({ category })))

      const pages = await shop.client.pages<Product>(`/products?category=${category}`)

      expect(pages.map((page) => page.length)).toEqual([20, 1])
    })
  })
})

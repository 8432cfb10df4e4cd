import { randomUUID } from 'node:crypto'
import { type NewProduct, PRODUCT_SORTS, type Product, type ProductQuery, type ProductSort } from '@ecommerce/domain'
import { aNewProduct, FakeProductStore, NOON } from '@ecommerce/testing'
import { allPages } from '@ecommerce/testing/conformance'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Database } from './database'
import { MysqlProductStore } from './mysql-product-store'
import { indexProducts } from './product-words'
import { walkProducts } from './walk-products'

const database = new Database(mysqlOptions())
const store = new MysqlProductStore(database)
afterAll(() => database.close())

/** Creates products in a new category, so that lists show no others. */
async function createShelf(...products: (Partial<NewProduct> | string)[]): Promise<string> {
  const category = `shelf ${randomUUID()}`
  for (const product of products) {
    const details = typeof product === 'string' ? { name: product, description: '' } : product
    await store.create(aNewProduct({ ...details, category }), NOON)
  }
  return category
}

async function namesOf(query: Partial<ProductQuery>): Promise<string[]> {
  const { items } = await store.list({ limit: 100, ...query })
  return items.map(({ name }) => name).sort()
}

describe('a search', () => {
  it('finds all words as prefixes, in any order, in name and description', async () => {
    const category = await createShelf(
      { name: 'Wireless Mouse', description: 'ergonomic, with a battery' },
      { name: 'Wireless Keyboard', description: 'with a battery' },
      { name: 'Mouse Pad', description: 'ergonomic' },
    )

    expect(await namesOf({ category, search: 'wireless' })).toEqual(['Wireless Keyboard', 'Wireless Mouse'])
    expect(await namesOf({ category, search: 'mouse wireless' })).toEqual(['Wireless Mouse'])
    expect(await namesOf({ category, search: 'ergo mou' })).toEqual(['Mouse Pad', 'Wireless Mouse'])
    expect(await namesOf({ category, search: 'battery keyb' })).toEqual(['Wireless Keyboard'])
    expect(await namesOf({ category, search: 'mouse trap' })).toEqual([])
  })

  it('finds no suffixes', async () => {
    const category = await createShelf('Wireless Mouse')

    expect(await namesOf({ category, search: 'less' })).toEqual([])
  })

  it('ignores case and accents', async () => {
    const category = await createShelf('Café Crème', 'MÜSLI')

    expect(await namesOf({ category, search: 'CAFE creme' })).toEqual(['Café Crème'])
    expect(await namesOf({ category, search: 'müsli' })).toEqual(['MÜSLI'])
    expect(await namesOf({ category, search: 'musli' })).toEqual(['MÜSLI'])
    expect(await namesOf({ category, search: 'cafe\u0301' })).toEqual(['Café Crème'])
  })

  it('ignores punctuation around words, and reads symbols in words', async () => {
    const category = await createShelf('USB-C cable', 'Rock & Roll 2.0', 'C++ primer', 'Cup', '.NET')

    for (const search of ['usb-c cable', '"usb" (cable)', '+usb -cable', 'cable, usb!']) {
      expect(await namesOf({ category, search }), search).toEqual(['USB-C cable'])
    }
    expect(await namesOf({ category, search: 'rock & roll' })).toEqual(['Rock & Roll 2.0'])
    expect(await namesOf({ category, search: 'c++' })).toEqual(['C++ primer'])
    expect(await namesOf({ category, search: '.net' })).toEqual(['.NET'])
    expect(await namesOf({ category, search: '&' })).toEqual(['Rock & Roll 2.0'])
  })

  it('finds short words and stopwords like any other', async () => {
    const category = await createShelf('The lamp of the house', 'TV lamp', 'Smartwatch X1')

    expect(await namesOf({ category, search: 'the lamp' })).toEqual(['The lamp of the house'])
    expect(await namesOf({ category, search: 'TV' })).toEqual(['TV lamp'])
    expect(await namesOf({ category, search: 'tv smartwatch' })).toEqual([])
    expect(await namesOf({ category, search: 'x1 smart' })).toEqual(['Smartwatch X1'])
    expect(await namesOf({ category, search: 'lamp of the house' })).toEqual(['The lamp of the house'])
  })

  it('finds letters of any script', async () => {
    const category = await createShelf('Настольная лампа', 'हिन्दी शब्दकोश', 'λάμπα')

    expect(await namesOf({ category, search: 'лампа' })).toEqual(['Настольная лампа'])
    expect(await namesOf({ category, search: 'शब्दकोश' })).toEqual(['हिन्दी शब्दकोश'])
    expect(await namesOf({ category, search: 'λάμπα' })).toEqual(['λάμπα'])
  })

  it('finds a word with an underscore in it', async () => {
    const category = await createShelf('snake_case poster')

    expect(await namesOf({ category, search: 'snake_case' })).toEqual(['snake_case poster'])
  })

  it.each([
    '💡',
    '💡💡 🎉',
    '+-<>()~*"@',
    '+',
    '"',
    '(((',
    '@4',
    '***',
    "' OR 1=1 --",
    '%',
    '_',
    '\\',
    '\u0000',
    'the',
    'tv',
    'a',
    'of the and',
    'x'.repeat(200),
    'ab '.repeat(66),
    'lamp '.repeat(40),
    '\ud800',
    '，。',
    '123456789012345678901234567890',
  ])('never fails for %j', async (search) => {
    const category = await createShelf('Lamp')

    for (const sort of [undefined, ...PRODUCT_SORTS]) {
      const { items } = await store.list({ category, search, sort, limit: 5 })
      expect(items.length).toBeLessThanOrEqual(1)
    }
  })

  it('never fails, for any text', async () => {
    const searches = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...'+-<>()~*"@\'\\%_ atlamp1💡é\n'), maxLength: 60 }),
    )
    const category = await createShelf('Lamp')

    await fc.assert(
      fc.asyncProperty(searches, async (search) => {
        const { items } = await store.list({ category, search, limit: 5 })
        expect(items.length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 300 },
    )
  })

  it('finds emoji, and punctuation that stands alone', async () => {
    const category = await createShelf('Lamp 💡', 'what +* means')

    expect(await namesOf({ category, search: '💡' })).toEqual(['Lamp 💡'])
    expect(await namesOf({ category, search: '+*' })).toEqual(['what +* means'])
    expect(await namesOf({ category, search: '*' })).toEqual([])
  })

  it('ranks better matches first', async () => {
    const category = await createShelf(
      { name: 'Chair', description: 'goes with every lamp there is in the whole house and in the garden' },
      { name: 'Lamp lamp lamp', description: 'lamp' },
    )

    const { items } = await store.list({ category, search: 'lamp', limit: 1 })

    expect(items[0]?.name).toBe('Lamp lamp lamp')
  })

  it('finds whole words before longer ones, and names before descriptions', async () => {
    const category = await createShelf(
      { name: 'Teak table', description: 'for garden and house' },
      { name: 'Cup', description: 'for tea' },
      { name: 'Tea pot', description: 'of stoneware' },
    )

    const { items } = await store.list({ category, search: 'tea', limit: 9 })

    expect(items.map(({ name }) => name)).toEqual(['Tea pot', 'Cup', 'Teak table'])
  })

  it('has words for each of many products, and as many words as fit', async () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789']
    const pairs = letters.flatMap((first) => letters.slice(0, 3).map((second) => first + second))
    const category = await createShelf({ name: 'Pairs', description: pairs.join(' ') }, 'Other')
    const kanji = '一丁七万丈三上下不与丐丑专且丕世丘丙业丛东丝丞丢两严並丧丨丩个丫中丮丯丰丱串丳临'
      .repeat(5)
      .slice(0, 200)
    await createShelf({ name: 'Kanji', description: kanji })

    expect(await namesOf({ category, search: pairs.slice(0, 66).join(' ') })).toEqual(['Pairs'])
    expect(await namesOf({ category, search: letters.join(' ') })).toEqual(['Pairs'])
    expect(await namesOf({ category, search: kanji })).toEqual([])
    expect(await namesOf({ search: kanji })).toContain('Kanji')
  })

  it('finds the words of a changed product, and no longer the former ones', async () => {
    const category = await createShelf('Lamp')
    const [{ id } = { id: 0 }] = (await store.list({ category, limit: 1 })).items

    await store.update({ id, changes: { description: 'with TV' }, at: NOON })
    expect(await namesOf({ category, search: 'tv lamp' })).toEqual(['Lamp'])
    await store.update({ id, changes: { name: 'Torch', priceCents: 7 }, at: NOON })
    await store.update({ id, changes: { priceCents: 8 }, at: NOON })

    expect(await namesOf({ category, search: 'lamp' })).toEqual([])
    expect(await namesOf({ category, search: 'torch tv' })).toEqual(['Torch'])
  })

  it('finds a product that other programs wrote, after its words were written', async () => {
    const name = `T-shirt ${randomUUID()}`
    await database.read((session) =>
      session.write(
        `INSERT INTO products (name, description, category, price_cents, stock, created_at, updated_at, deleted_at)
         VALUES (?, '', 'imported', 1, 1, ?, ?, NULL), (?, '', 'imported', 1, 1, ?, ?, ?)`,
        [name, NOON, NOON, `deleted ${name}`, NOON, NOON, NOON],
      ),
    )

    expect(await indexProducts(database, AbortSignal.abort())).toBe(0)
    expect(await namesOf({ search: name })).toEqual([])
    expect(await indexProducts(database)).toBe(2)

    expect(await namesOf({ search: name })).toEqual([name])
    expect(await indexProducts(database)).toBe(0)
  })

  it('leaves deleted products out', async () => {
    const category = await createShelf('Lamp', 'Lamp')
    const [first] = (await store.list({ category, limit: 1 })).items
    await store.delete({ id: first?.id ?? 0, at: NOON })

    expect(await namesOf({ category, search: 'lamp' })).toEqual(['Lamp'])
  })
})

describe('a search of the fake and of MySQL', () => {
  const words = fc.constantFrom(
    ..."lamp Lampe tea teak tv a the c c++ c# .net asp.net t-shirt r&d 1:20 café CAFE straße ランプ 机 💡 % _ \\ ' - +".split(
      ' ',
    ),
  )
  const texts = fc.array(words, { minLength: 1, maxLength: 5 }).map((some) => some.join(' '))
  const products = fc.array(fc.record({ name: texts, description: texts, priceCents: fc.nat(3), stock: fc.nat(1) }), {
    minLength: 1,
    maxLength: 12,
  })
  const sorts = fc.constantFrom(undefined, ...PRODUCT_SORTS.filter((sort) => !sort.endsWith('name')))

  const searches = fc.array(fc.record({ search: texts, sort: sorts, limit: fc.integer({ min: 1, max: 4 }) }), {
    minLength: 5,
    maxLength: 5,
  })

  it('finds the same products in the same order, on pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(products, searches, async (given, queries) => {
        const fake = new FakeProductStore()
        const category = await createShelf(...given)
        for (const product of given) await fake.create(aNewProduct({ ...product, category }), NOON)
        const keys = (items: readonly Product[]) => items.map(({ name, description }) => `${name}: ${description}`)

        for (const query of queries) {
          const found = await allPages((cursor) => store.list({ ...query, category, cursor }))
          const expected = await fake.list({ ...query, category, limit: 100 })
          expect(keys(found), JSON.stringify(query)).toEqual(keys(expected.items))
        }
      }),
      { numRuns: 25 },
    )
  })

  it('finds the same products in short pages when it may read few rows for each', async () => {
    const all = { search: 'lamp', limit: 3 }
    const category = await createShelf('Lamp', 'Lamp', 'lampshade lamp', 'Cup', { name: 'TV', description: 'lamps' })
    const walk = (sort: ProductSort, windows: number[]) =>
      allPages(
        (cursor) =>
          database.read((session) => walkProducts(session, { ...all, category, sort, cursor }, ['lamp'], windows)),
        5_000,
      )

    for (const sort of PRODUCT_SORTS) {
      const whole = await store.list({ search: 'lamp', category, sort, limit: 100 })
      const found = await walk(sort, [7, 60])

      expect(whole.items).toHaveLength(4)
      expect(found, sort).toEqual(whole.items)
    }
  })
})

describe('the filters', () => {
  it.each(["' OR '1'='1", '%', 'home"; DROP TABLE products; --', '\\', '💡'])(
    'treat %j as a category like any other',
    async (text) => {
      const category = `${text} ${randomUUID()}`
      const { name } = await store.create(aNewProduct({ category, name: text }), NOON)

      expect(await namesOf({ category })).toEqual([name])
      expect(await namesOf({ category: text })).not.toContain(randomUUID())
    },
  )
})

describe('pages of many products', () => {
  const names = ['a', 'A', 'á', 'b', 'B ', 'ß', 'ss', '💡', '💡', '🎉', '', "'", '\\', 'z', 'Z', 'Ω', '日本', 'a']

  it.each(PRODUCT_SORTS)('by %s lose and repeat no product, although names and prices are equal', async (sort) => {
    const category = await createShelf(
      ...[...names, ...names].map((name, index) => ({ name, priceCents: (index * 7) % 5 })),
    )

    const pages = await allPages((cursor) => store.list({ category, sort, limit: 3, cursor }))
    const whole = await store.list({ category, sort, limit: 100 })

    expect(pages.map(({ id }) => id)).toEqual(whole.items.map(({ id }) => id))
    expect(new Set(pages.map(({ id }) => id)).size).toBe(names.length * 2)
  })

  it('by price are in order', async () => {
    const category = await createShelf(...[5, 1, 4, 1, 3].map((priceCents) => ({ priceCents })))

    const up = await allPages((cursor) => store.list({ category, sort: 'price', limit: 2, cursor }))
    const down = await allPages((cursor) => store.list({ category, sort: '-price', limit: 2, cursor }))

    expect(up.map(({ priceCents }) => priceCents)).toEqual([1, 1, 3, 4, 5])
    expect(down).toEqual(up.reverse())
  })
})

import { randomUUID } from 'node:crypto'
import { type NewProduct, PRODUCT_SORTS, type ProductQuery } from '@ecommerce/domain'
import { aNewProduct, NOON } from '@ecommerce/testing'
import { allPages } from '@ecommerce/testing/conformance'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Database } from './database'
import { MysqlProductStore } from './mysql-product-store'

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

  it('treats every character that is neither letter nor digit as a separator', async () => {
    const category = await createShelf('USB-C cable', 'Rock & Roll 2.0')

    for (const search of ['usb-c cable', 'usb/cable', '"usb" (cable)', '+usb -cable', 'cable, usb!']) {
      expect(await namesOf({ category, search }), search).toEqual(['USB-C cable'])
    }
    expect(await namesOf({ category, search: 'rock&roll' })).toEqual(['Rock & Roll 2.0'])
  })

  it('is not narrowed by short words and stopwords, which are not indexed', async () => {
    const category = await createShelf('The lamp of the house', 'TV lamp')

    expect(await namesOf({ category, search: 'the lamp' })).toEqual(['TV lamp', 'The lamp of the house'])
    expect(await namesOf({ category, search: 'tv lamp' })).toEqual(['TV lamp', 'The lamp of the house'])
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

  it('finds nothing for punctuation alone', async () => {
    const category = await createShelf('Lamp 💡')

    expect(await namesOf({ category, search: '💡' })).toEqual([])
    expect(await namesOf({ category, search: '+*' })).toEqual([])
  })

  it('ranks better matches first', async () => {
    const category = await createShelf(
      { name: 'Chair', description: 'goes with every lamp there is in the whole house and in the garden' },
      { name: 'Lamp lamp lamp', description: 'lamp' },
    )

    const { items } = await store.list({ category, search: 'lamp', limit: 1 })

    expect(items[0]?.name).toBe('Lamp lamp lamp')
  })

  it('leaves deleted products out', async () => {
    const category = await createShelf('Lamp', 'Lamp')
    const [first] = (await store.list({ category, limit: 1 })).items
    await store.delete({ id: first?.id ?? 0, at: NOON })

    expect(await namesOf({ category, search: 'lamp' })).toEqual(['Lamp'])
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

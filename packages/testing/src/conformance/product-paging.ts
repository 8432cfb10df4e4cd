import { randomUUID } from 'node:crypto'
import { PRODUCT_SORTS, type Product, type ProductSort } from '@ecommerce/domain'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyText } from '../any-text'
import { aNewProduct, NOON } from '../builders'
import { allPages, type Stores } from './stores'

/** Names that a collation may treat alike, and names with the longest weights that the contract allows. */
const HARD_NAMES = ['a', 'A', 'á', 'b', 'b\u0000', '\u0001', '"', '\\', '日', '💡'.repeat(200), '\u0000'.repeat(200)]
const LONG_NAMES = ['a', 'b', 'c'].flatMap((last) =>
  ['\ufdfa'.repeat(14), '日'.repeat(199), '한'.repeat(199)].map((all) => all + last),
)

const names = fc.oneof(
  fc.constantFrom(...HARD_NAMES),
  fc.constantFrom(...LONG_NAMES),
  anyText({ minLength: 1, maxLength: 40 }).map((name) => name.trim() || 'x'),
)
const details = fc.record({ name: names, priceCents: fc.constantFrom(0, 1, 1_999, 100_000_000) })

/** Something that happens between two pages. A choice selects one of the products that may change. */
const incident = fc.oneof(
  details.map((product) => ({ kind: 'create' as const, product })),
  fc.tuple(fc.nat(), details).map(([choice, product]) => ({ kind: 'change' as const, choice, product })),
  fc.nat().map((choice) => ({ kind: 'delete' as const, choice })),
)

/** A sort by relevance may depend on more than the product: see the contract. */
const SORTS = PRODUCT_SORTS.filter((sort): sort is Exclude<ProductSort, 'relevance'> => sort !== 'relevance')

/** Tests the promise of the contract about pages, with any names and prices. */
export function itPagesThroughProducts(openedStores: () => Stores): void {
  it.each(SORTS)(
    'shows each unchanged product exactly once by %s, whatever happens to others between the pages',
    { timeout: 60_000 },
    async (sort) => {
      const shelf = fc.array(details, { minLength: 1, maxLength: 7 })
      const incidents = fc.array(incident, { maxLength: 8 })

      await fc.assert(
        fc.asyncProperty(
          shelf,
          shelf,
          incidents,
          fc.integer({ min: 1, max: 3 }),
          async (kept, loose, happening, limit) => {
            const { products } = openedStores()
            const category = `shelf ${randomUUID()}`
            const create = (product: Partial<Product>) => products.create(aNewProduct({ ...product, category }), NOON)
            const unchanged: number[] = []
            const changing: number[] = []
            for (const [index, product] of kept.entries()) {
              unchanged.push((await create(product)).id)
              const other = loose[index]
              if (other) changing.push((await create(other)).id)
            }
            const next = happening.values()

            const items = await allPages(async (cursor) => {
              const page = await products.list({ category, sort, limit, cursor })
              const { value } = next.next()
              if (value?.kind === 'create') changing.push((await create(value.product)).id)
              if (value?.kind === 'change' || value?.kind === 'delete') {
                const [id] = changing.splice(value.choice % Math.max(1, changing.length), 1)
                if (id === undefined) return page
                if (value.kind === 'delete') await products.delete({ id, at: NOON })
                if (value.kind === 'change') {
                  await products.update({ id, changes: value.product, at: NOON })
                  changing.push(id)
                }
              }
              return page
            })

            const shown = items.map(({ id }) => id).filter((id) => unchanged.includes(id))
            expect(shown.toSorted((a, b) => a - b)).toEqual(unchanged)
          },
        ),
        { numRuns: 8 },
      )
    },
  )
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignSticky } from './assign-sticky'

const partitionsOf = (count: number) => Array.from({ length: count }, (_, partition) => partition)
const membersOf = (ids: readonly string[]) => new Map(ids.map((id) => [id, [] as number[]]))

const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1 })
/** Members with arbitrary claims: partitions that others claim, and partitions that do not exist. */
const claims = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.uniqueArray(fc.nat({ max: 15 })), { minKeys: 1 })
  .map((record) => new Map(Object.entries(record)))

function expectWholeAndBalanced(assigned: Map<string, number[]>, count: number): void {
  expect([...assigned.values()].flat().sort((a, b) => a - b)).toEqual(partitionsOf(count))
  const sizes = [...assigned.values()].map((list) => list.length)
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
}

function keptBy(before: ReadonlyMap<string, readonly number[]>, after: Map<string, number[]>): number {
  return [...after].reduce(
    (kept, [id, list]) => kept + list.filter((partition) => before.get(id)?.includes(partition)).length,
    0,
  )
}

/** The highest number of partitions that can stay in a balanced assignment, for claims that do not overlap. */
function mostThatCanStay(claimed: readonly number[], count: number): number {
  const evenShare = Math.floor(count / claimed.length)
  const withOneMore = Math.min(count % claimed.length, claimed.filter((size) => size > evenShare).length)
  return claimed.reduce((sum, size) => sum + Math.min(size, evenShare), 0) + withOneMore
}

describe('assignSticky', () => {
  it('assigns every partition to exactly one member, in balance, whatever the members claim', () => {
    fc.assert(
      fc.property(fc.nat({ max: 16 }), claims, (count, owned) => {
        expectWholeAndBalanced(assignSticky(partitionsOf(count), owned), count)
      }),
    )
  })

  it('changes nothing when no member joins or leaves', () => {
    fc.assert(
      fc.property(fc.nat({ max: 16 }), claims, (count, owned) => {
        const first = assignSticky(partitionsOf(count), owned)

        expect(assignSticky(partitionsOf(count), first)).toEqual(first)
      }),
    )
  })

  it('moves as few partitions as possible when members join and leave and partitions are added', () => {
    const changes = fc.array(fc.tuple(ids, fc.nat({ max: 4 })), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.nat({ max: 12 }), changes, (initial, steps) => {
        let count = initial
        let current = new Map<string, number[]>()
        for (const [members, growth] of steps) {
          count += growth
          const before = new Map(members.map((id) => [id, current.get(id) ?? []]))
          const after = assignSticky(partitionsOf(count), before)

          expectWholeAndBalanced(after, count)
          const claimed = [...before.values()].map((list) => list.length)
          expect(keptBy(before, after)).toBe(mostThatCanStay(claimed, count))
          current = after
        }
      }),
    )
  })

  it('does not depend on the order in which the members are listed', () => {
    fc.assert(
      fc.property(fc.nat({ max: 16 }), claims, (count, owned) => {
        const reversed = new Map([...owned].reverse())

        expect(assignSticky(partitionsOf(count), reversed)).toEqual(assignSticky(partitionsOf(count), owned))
      }),
    )
  })

  it('moves one partition of three when a second member joins', () => {
    const owned = new Map([
      ['a', [0, 1, 2]],
      ['b', []],
    ])

    expect(assignSticky(partitionsOf(3), owned)).toEqual(
      new Map([
        ['a', [0, 1]],
        ['b', [2]],
      ]),
    )
  })

  it('leaves members without partitions when there are more members than partitions', () => {
    expect(assignSticky(partitionsOf(1), membersOf(['a', 'b']))).toEqual(
      new Map([
        ['a', [0]],
        ['b', []],
      ]),
    )
    expect(assignSticky(partitionsOf(2), new Map())).toEqual(new Map())
  })
})

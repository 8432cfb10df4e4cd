import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CommitCursor } from './commit-cursor'

/** A cursor at offset 10 with the records 10, 11, ... waiting for delivery. */
function cursorWith(waiting: number): CommitCursor {
  const cursor = new CommitCursor(10n)
  for (let index = 0; index < waiting; index += 1) cursor.enqueue(10n + BigInt(index))
  cursor.advance(10n + BigInt(waiting))
  return cursor
}

describe('a commit cursor', () => {
  it('has nothing to commit at its start', () => {
    const cursor = new CommitCursor(10n)

    expect(cursor).toMatchObject({ position: 10n, committed: 10n, nextCommit: undefined, hasUnfinished: false })
  })

  it('has nothing to commit while the first record waits or is in flight', () => {
    const cursor = cursorWith(3)
    expect(cursor).toMatchObject({ position: 13n, nextCommit: undefined, hasUnfinished: true })

    cursor.startBatch(2)

    expect(cursor.nextCommit).toBeUndefined()
  })

  it('may commit up to the first waiting record when the batch before it is finished', () => {
    const cursor = cursorWith(3)
    cursor.startBatch(2)

    cursor.keepInFlight([])

    expect(cursor.nextCommit).toBe(12n)
  })

  it('may commit up to the lowest unfinished record of a batch, in whatever order the others finish', () => {
    const cursor = cursorWith(4)
    cursor.startBatch(4)

    cursor.keepInFlight([13n, 11n])

    expect(cursor.nextCommit).toBe(11n)
  })

  it('may commit its position when no record is unfinished', () => {
    const cursor = cursorWith(1)
    cursor.startBatch(1)
    cursor.keepInFlight([])

    // Records 11 to 19 were fetched and filtered out.
    cursor.advance(20n)

    expect(cursor).toMatchObject({ nextCommit: 20n, hasUnfinished: false })
  })

  it('has nothing more to commit after a commit, until another record is finished', () => {
    const cursor = cursorWith(2)
    cursor.startBatch(1)
    cursor.keepInFlight([])
    cursor.markCommitted(11n)
    expect(cursor).toMatchObject({ committed: 11n, nextCommit: undefined })

    cursor.startBatch(1)
    cursor.keepInFlight([])

    expect(cursor.nextCommit).toBe(12n)
  })

  it('distinguishes new records from those that were fetched before', () => {
    const cursor = cursorWith(2)

    expect([9n, 11n, 12n].map((offset) => cursor.isNew(offset))).toEqual([false, false, true])
  })

  it('does not move its position back', () => {
    const cursor = cursorWith(5)

    cursor.advance(12n)

    expect(cursor.position).toBe(15n)
  })

  it('never passes an unfinished record and never goes back, whatever happens in whatever order', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('fetch' as const),
        // How far before the position the fetch starts: those records come a second time.
        again: fc.nat({ max: 3 }),
        passesFilter: fc.array(fc.boolean(), { maxLength: 6 }),
        // Offsets without a record, as compaction and transactions leave them.
        gap: fc.nat({ max: 2 }),
      }),
      fc.record({ kind: fc.constant('start batch' as const), size: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('finish some' as const), isFinished: fc.array(fc.boolean(), { maxLength: 4 }) }),
      fc.record({ kind: fc.constant('start commit' as const) }),
      fc.record({ kind: fc.constant('end commit' as const), isStored: fc.boolean() }),
    )

    fc.assert(
      fc.property(fc.nat({ max: 5 }), fc.array(step, { maxLength: 60 }), (start, steps) => {
        const cursor = new CommitCursor(BigInt(start))
        const waiting: bigint[] = []
        let inFlight: bigint[] = []
        let committing: bigint | undefined
        for (const each of steps) {
          const before = cursor.committed
          if (each.kind === 'fetch') {
            const from = cursor.position - BigInt(each.again)
            for (const [index, passes] of each.passesFilter.entries()) {
              const offset = from + BigInt(index)
              if (!cursor.isNew(offset) || !passes) continue
              cursor.enqueue(offset)
              waiting.push(offset)
            }
            cursor.advance(from + BigInt(each.passesFilter.length + each.gap))
          } else if (each.kind === 'start batch' && inFlight.length === 0) {
            inFlight = waiting.splice(0, each.size)
            cursor.startBatch(each.size)
          } else if (each.kind === 'finish some') {
            inFlight = inFlight.filter((_, index) => each.isFinished[index] !== true)
            cursor.keepInFlight(inFlight)
          } else if (each.kind === 'start commit') {
            committing ??= cursor.nextCommit
          } else if (each.kind === 'end commit' && committing !== undefined) {
            if (each.isStored) cursor.markCommitted(committing)
            committing = undefined
          }

          const unfinished = [...waiting, ...inFlight]
          expect(cursor.hasUnfinished).toBe(unfinished.length > 0)
          expect(cursor.committed).toBeGreaterThanOrEqual(before)
          for (const commit of [cursor.committed, cursor.nextCommit, committing]) {
            if (commit === undefined) continue
            expect(commit).toBeLessThanOrEqual(cursor.position)
            expect(unfinished.filter((offset) => offset < commit)).toEqual([])
          }
          if (unfinished.length === 0) expect(cursor.nextCommit ?? cursor.committed).toBe(cursor.position)
        }
      }),
    )
  })
})

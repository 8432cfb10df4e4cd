import { describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../deferred'
import { CommitCursor } from './commit-cursor'
import { OffsetCommitter, type OffsetCommitterParts } from './offset-committer'

/** Long enough for a busy machine. */
const WITHIN = { timeout: 10_000, interval: 5 }

/** A cursor whose records before the offset are finished. */
function finishedUpTo(offset: bigint): CommitCursor {
  const cursor = new CommitCursor(0n)
  cursor.advance(offset)
  return cursor
}

function createCommitter(parts: Partial<OffsetCommitterParts> & Pick<OffsetCommitterParts, 'cursor' | 'commit'>) {
  const revoked = new AbortController()
  const reportError = vi.fn()
  const retryDelay = { firstMs: 1, longestMs: 1 }
  const committer = new OffsetCommitter({ revoked: revoked.signal, reportError, retryDelay, ...parts })
  return { committer, reportError, revoke: () => revoked.abort() }
}

describe('an offset committer', () => {
  it('commits nothing when there is no progress', async () => {
    const commit = vi.fn()
    const { committer } = createCommitter({ cursor: new CommitCursor(5n), commit })

    await committer.commitProgress()

    expect(commit).not.toHaveBeenCalled()
  })

  it('commits the progress that is made during a commit right after it, in one commit', async () => {
    const cursor = finishedUpTo(1n)
    const first = createDeferred()
    const commit = vi.fn((offset: bigint) => (offset === 1n ? first.promise : Promise.resolve()))
    const { committer } = createCommitter({ cursor, commit })

    const done = committer.commitProgress()
    cursor.advance(2n)
    void committer.commitProgress()
    cursor.advance(3n)
    void committer.commitProgress()
    first.resolve()
    await done

    expect(commit.mock.calls).toEqual([[1n], [3n]])
    expect(cursor.committed).toBe(3n)
  })

  it('reports a failed commit and retries it until it succeeds', async () => {
    const cursor = finishedUpTo(1n)
    const commit = vi.fn(async () => {
      if (commit.mock.calls.length < 3) throw new Error('no coordinator')
    })
    const { committer, reportError } = createCommitter({ cursor, commit })

    await committer.commitProgress()

    expect(commit).toHaveBeenCalledTimes(3)
    expect(reportError).toHaveBeenCalledTimes(2)
    expect(cursor.committed).toBe(1n)
  })

  it('retries no commit of a partition that was revoked', async () => {
    const cursor = finishedUpTo(1n)
    const commit = vi.fn(() => Promise.reject(new Error('no coordinator')))
    const retryDelay = { firstMs: 3_600_000, longestMs: 3_600_000 }
    const { committer, reportError, revoke } = createCommitter({ cursor, commit, retryDelay })
    const done = committer.commitProgress()
    await vi.waitFor(() => expect(reportError).toHaveBeenCalledTimes(1), WITHIN)

    revoke()
    await done
    await committer.commitProgress()

    expect(commit).toHaveBeenCalledTimes(1)
    expect(cursor.committed).toBe(0n)
  })

  it('is idle once its partition is revoked, even when a commit never ends', async () => {
    const { committer, revoke } = createCommitter({ cursor: finishedUpTo(1n), commit: () => new Promise(() => {}) })
    void committer.commitProgress()

    revoke()

    await committer.idle()
  })
})

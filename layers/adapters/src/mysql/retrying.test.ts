import { UnavailableError } from '@ecommerce/domain'
import { describe, expect, it } from 'vitest'
import { type AttemptProgress, retrying } from './retrying'
import { TimeLeft } from './time-left'

const errors = {
  deadlock: { errno: 1213, sqlState: '40001' },
  'read-only server': { errno: 1290, sqlState: 'HY000' },
  'killed query': { errno: 1317, sqlState: '70100' },
  'lost connection': { code: 'PROTOCOL_CONNECTION_LOST', fatal: true },
  'full disk': { errno: 1021, sqlState: 'HY000' },
  'duplicate entry': { errno: 1062, sqlState: '23000', code: 'ER_DUP_ENTRY' },
  'syntax error': { errno: 1064, sqlState: '42000', code: 'ER_PARSE_ERROR' },
}

type Failure = keyof typeof errors

/** An attempt that fails once, before or during its commit, and counts. */
function failingOnce(failure: Failure, isCommitting: boolean) {
  let attempts = 0
  const attempt = async (progress: AttemptProgress) => {
    attempts += 1
    progress.isCommitting = isCommitting
    if (attempts === 1) throw Object.assign(new Error(failure), errors[failure])
    return 'done'
  }
  return { attempt, attempts: () => attempts }
}

const options = (repeatable: boolean) => ({ retryWithinMs: 2_000, timeLeft: new TimeLeft(2_000), repeatable })

describe('a failed attempt', () => {
  it.each<[Failure, 'before' | 'during', boolean]>([
    ['deadlock', 'before', false],
    ['deadlock', 'during', false],
    ['read-only server', 'before', false],
    ['read-only server', 'during', false],
    ['killed query', 'before', false],
    ['killed query', 'during', true],
    ['lost connection', 'before', false],
    ['lost connection', 'during', true],
    ['full disk', 'before', false],
    ['full disk', 'during', true],
    ['duplicate entry', 'before', true],
  ])('is retried after a %s %s the commit, repeatable: %s', async (failure, moment, repeatable) => {
    const { attempt, attempts } = failingOnce(failure, moment === 'during')

    expect(await retrying(options(repeatable), attempt)).toBe('done')
    expect(attempts()).toBe(2)
  })

  it.each<Failure>(['killed query', 'lost connection', 'full disk'])(
    'is not retried after a %s during a commit that must not be repeated, and is unavailable',
    async (failure) => {
      const { attempt, attempts } = failingOnce(failure, true)

      await expect(retrying(options(false), attempt)).rejects.toThrow(UnavailableError)
      expect(attempts()).toBe(1)
    },
  )

  it.each<[Failure, boolean]>([
    ['syntax error', true],
    ['syntax error', false],
    ['duplicate entry', false],
  ])('is rethrown after a %s, repeatable: %s', async (failure, repeatable) => {
    const { attempt, attempts } = failingOnce(failure, false)

    await expect(retrying(options(repeatable), attempt)).rejects.toMatchObject(errors[failure])
    expect(attempts()).toBe(1)
  })

  it('is not retried after the deadline, and is unavailable', async () => {
    const { attempt, attempts } = failingOnce('deadlock', false)

    const outcome = retrying({ retryWithinMs: 60_000, timeLeft: new TimeLeft(0), repeatable: true }, attempt)

    await expect(outcome).rejects.toThrow(UnavailableError)
    expect(attempts()).toBe(1)
  })
})

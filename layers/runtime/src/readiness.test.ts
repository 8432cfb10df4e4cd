import { describe, expect, it } from 'vitest'
import { type CheckedDependency, checkReadiness } from './readiness'

const DEADLINE_MS = 1_000

const up = (name: string, required = true): CheckedDependency => ({ name, required, check: async () => undefined })

function down(name: string, required = true, error: unknown = new Error('refused')): CheckedDependency {
  return { name, required, check: () => Promise.reject(error) }
}

describe('readiness', () => {
  it('is ready when every dependency is up', async () => {
    const { status, dependencies } = await checkReadiness([up('mysql'), up('kafka', false)], DEADLINE_MS)

    expect(status).toBe('ready')
    expect(dependencies).toEqual({
      mysql: { status: 'up', required: true, latencyMs: expect.any(Number) },
      kafka: { status: 'up', required: false, latencyMs: expect.any(Number) },
    })
  })

  it('is degraded when an optional dependency is down', async () => {
    const { status, dependencies } = await checkReadiness([up('mysql'), down('kafka', false)], DEADLINE_MS)

    expect(status).toBe('degraded')
    expect(dependencies).toMatchObject({ mysql: { status: 'up' }, kafka: { status: 'down', reason: 'refused' } })
  })

  it('is degraded when several optional dependencies are down', async () => {
    const { status } = await checkReadiness([up('mysql'), down('kafka', false), down('rabbitmq', false)], DEADLINE_MS)

    expect(status).toBe('degraded')
  })

  it('is unavailable when a required dependency is down, whatever else is up', async () => {
    const { status } = await checkReadiness([down('mysql'), up('kafka', false), up('rabbitmq', false)], DEADLINE_MS)

    expect(status).toBe('unavailable')
  })

  it('is ready when it depends on nothing', async () => {
    expect(await checkReadiness([], DEADLINE_MS)).toEqual({ status: 'ready', dependencies: {} })
  })

  it('waits for no response longer than its deadline', async () => {
    const hanging: CheckedDependency = { name: 'kafka', required: false, check: () => new Promise(() => undefined) }

    const { status, dependencies } = await checkReadiness([up('mysql'), hanging], 20)

    expect(status).toBe('degraded')
    expect(dependencies.kafka).toMatchObject({ status: 'down', reason: 'no response within 20 ms' })
  })

  it('checks in parallel: the second check does not wait for the first', async () => {
    const started: string[] = []
    let release: () => void = () => undefined
    const secondRan = new Promise<void>((resolve) => {
      release = resolve
    })
    const first: CheckedDependency = {
      name: 'first',
      required: true,
      check: () => {
        started.push('first')
        return secondRan
      },
    }
    const second: CheckedDependency = {
      name: 'second',
      required: true,
      check: async () => {
        started.push('second')
        release()
      },
    }

    const { status } = await checkReadiness([first, second], DEADLINE_MS)

    expect(started).toEqual(['first', 'second'])
    expect(status).toBe('ready')
  })

  it.each([
    {
      what: 'the innermost cause',
      error: new Error('outer', { cause: new Error('middle', { cause: new Error('connect ECONNREFUSED') }) }),
      reason: 'connect ECONNREFUSED',
    },
    {
      what: 'the first of several errors',
      error: new AggregateError([new Error('connect ECONNREFUSED ::1'), new Error('other')]),
      reason: 'connect ECONNREFUSED ::1',
    },
    {
      what: 'the errors within a cause',
      error: new Error('outer', { cause: new AggregateError([new Error('connect ECONNREFUSED')]) }),
      reason: 'connect ECONNREFUSED',
    },
    { what: 'no cause that is no error', error: new Error('outer', { cause: 'inner' }), reason: 'outer' },
    { what: 'unknown where there is no message', error: new Error(''), reason: 'unknown' },
    { what: 'unknown where there is no error', error: 'text', reason: 'unknown' },
  ])('gives as the reason $what', async ({ error, reason }) => {
    const { dependencies } = await checkReadiness([down('mysql', true, error)], DEADLINE_MS)

    expect(dependencies.mysql).toMatchObject({ status: 'down', reason })
  })

  it('survives a check that throws instead of rejecting', async () => {
    const broken: CheckedDependency = {
      name: 'mysql',
      required: true,
      check: () => {
        throw new Error('defect')
      },
    }

    const { dependencies } = await checkReadiness([broken], DEADLINE_MS)

    expect(dependencies.mysql).toMatchObject({ status: 'down', reason: 'defect' })
  })
})

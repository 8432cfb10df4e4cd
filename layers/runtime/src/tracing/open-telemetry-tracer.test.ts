import { setTimeout as delay } from 'node:timers/promises'
import { UnavailableError } from '@ecommerce/domain'
import { describe, expect, it, vi } from 'vitest'
import { contextIn, createTestTracer, SPAN, TRACES } from './test-tracer'

const [A, B, C] = TRACES
const internal = (name: string) => ({ name, kind: 'internal' as const })
const first = (name: string) => ({ ...internal(name), mayBegin: true as const })
const nothing = async () => undefined

describe('a span', () => {
  it('lasts as long as its work, inside the span that the work runs in', async () => {
    const { tracer, spans } = createTestTracer()

    await tracer.inSpan(first('outer'), async () => {
      await delay(1)
      await tracer.inSpan(internal('inner'), nothing)
    })

    const [inner, outer] = spans()
    expect(inner).toMatchObject({ name: 'inner', parent: outer?.spanId, traceId: outer?.traceId })
    expect(outer).toMatchObject({ name: 'outer', parent: undefined })
    expect(tracer.current).toBeUndefined()
  })

  it('belongs to its own work when others run in parallel', async () => {
    const { tracer, spans } = createTestTracer()
    const one = (traceId: string) =>
      tracer.inSpan({ ...internal('outer'), parent: contextIn(traceId) }, async () => {
        await delay(1)
        await tracer.inSpan(internal('inner'), nothing)
      })

    await Promise.all([one(A), one(B)])

    expect(spans().filter(({ traceId }) => traceId === A)).toHaveLength(2)
    expect(spans().filter(({ traceId }) => traceId === B)).toHaveLength(2)
  })

  it('continues the trace of its parent, with the tracestate of other vendors', async () => {
    const { tracer, spans } = createTestTracer()
    const parent = { ...contextIn(A), tracestate: 'vendor=x' }

    const context = await tracer.inSpan({ ...internal('work'), parent }, async () => tracer.current)

    expect(spans()).toMatchObject([{ traceId: A, parent: SPAN }])
    expect(context).toEqual({ traceparent: `00-${A}-${spans()[0]?.spanId}-01`, tracestate: 'vendor=x' })
  })

  it('has failed when its work rejects, with the code of the error and without its message', async () => {
    const { tracer, spans } = createTestTracer()
    const error = Object.assign(new Error("Duplicate entry 'ann' for key"), { code: 'ER_DUP_ENTRY' })

    await expect(tracer.inSpan(first('work'), () => Promise.reject(error))).rejects.toBe(error)
    await expect(tracer.inSpan(first('work'), () => Promise.reject(new TypeError('ann')))).rejects.toThrow()
    await expect(tracer.inSpan(first('work'), () => Promise.reject(new UnavailableError('ann')))).rejects.toThrow()

    expect(spans().map(({ hasFailed, attributes }) => [hasFailed, attributes['error.type']])).toEqual([
      [true, 'ER_DUP_ENTRY'],
      [true, 'TypeError'],
      [true, 'unavailable'],
    ])
    expect(
      spans()
        .map(({ said }) => said)
        .join(),
    ).not.toContain('ann')
  })
})

describe('sampling', () => {
  it('records the share of the traces that begin here', async () => {
    const { tracer, spans } = createTestTracer({ sampledShare: 0.25 })

    for (let each = 0; each < 2_000; each++) await tracer.inSpan(first('work'), nothing)

    expect(spans().length).toBeGreaterThan(350)
    expect(spans().length).toBeLessThan(650)
  })

  it.each([
    { share: 0, flags: '01', recorded: 2 },
    { share: 1, flags: '00', recorded: 0 },
  ])('keeps the decision of the caller, whatever the share: $flags', async ({ share, flags, recorded }) => {
    const { tracer, spans } = createTestTracer({ sampledShare: share })
    await tracer.inSpan({ ...first('outer'), parent: contextIn(A, flags) }, () =>
      tracer.inSpan(internal('inner'), async () => {
        expect(tracer.current !== undefined).toBe(recorded > 0)
      }),
    )

    expect(spans()).toHaveLength(recorded)
  })

  it('begins no trace in the middle', async () => {
    const { tracer, spans } = createTestTracer()

    expect(await tracer.inSpan(internal('work'), async ({ context }) => context)).toBeUndefined()

    expect(spans()).toEqual([])
  })

  it('keeps unrecorded work out of the recorded span that calls it', async () => {
    const { tracer, spans } = createTestTracer()

    await tracer.inSpan(first('another'), () =>
      tracer.inSpan({ ...internal('work'), parent: contextIn(A, '00') }, () =>
        tracer.inSpan(internal('inner'), nothing),
      ),
    )

    expect(spans().map(({ name }) => name)).toEqual(['another'])
  })
})

describe('work that several traces share', () => {
  const shared = {
    member: { name: 'process', kind: 'consumer' as const, attributes: { system: 'kafka' } },
    batch: { name: 'batch', attributes: { size: 3 } },
  }
  const inside = (tracer: ReturnType<typeof createTestTracer>['tracer']) => () =>
    tracer.inSpan(internal('statement'), nothing)

  it('has one span when there is one trace', async () => {
    const { tracer, spans } = createTestTracer()
    const members = [{ context: contextIn(A), attributes: { id: 1 } }]

    await tracer.inSharedSpan({ ...shared, members }, inside(tracer))

    const [statement, process] = spans()
    expect(process).toMatchObject({ name: 'process', traceId: A, parent: SPAN, links: [] })
    expect(process?.attributes).toEqual({ system: 'kafka', id: 1 })
    expect(statement).toMatchObject({ traceId: A, parent: process?.spanId })
  })

  it('has a span in each recorded trace, linked with the span of the batch, which is in the first trace', async () => {
    const { tracer, spans } = createTestTracer()
    const members = [
      { context: contextIn(C, '00') },
      { context: contextIn(A), attributes: { id: 1 } },
      { context: contextIn(B), attributes: { id: 2 } },
      {},
    ]

    await tracer.inSharedSpan({ ...shared, members }, inside(tracer))

    const named = (name: string) => spans().filter((span) => span.name === name)
    const [ofA, ofB] = named('process')
    const [batch] = named('batch')
    expect(spans()).toHaveLength(4)
    expect(ofA).toMatchObject({ traceId: A, parent: SPAN, links: [], attributes: { id: 1 } })
    expect(ofB).toMatchObject({ traceId: B, parent: SPAN, links: [batch?.spanId], attributes: { id: 2 } })
    expect(batch).toMatchObject({ traceId: A, parent: ofA?.spanId, links: [ofB?.spanId], attributes: { size: 3 } })
    expect(named('statement')).toMatchObject([{ traceId: A, parent: batch?.spanId }])
  })

  it('is not recorded when none of the traces is', async () => {
    const { tracer, spans } = createTestTracer()
    const members = [{}, { context: contextIn(A, '00') }, { context: contextIn(B, '00') }]

    await tracer.inSharedSpan({ ...shared, members }, inside(tracer))

    expect(spans()).toEqual([])
  })

  it('is in no trace when no member has one, whatever the trace of the caller', async () => {
    const { tracer, spans } = createTestTracer()

    await tracer.inSpan({ ...internal('another'), parent: contextIn(A) }, () =>
      tracer.inSharedSpan({ ...shared, members: [{}, {}] }, inside(tracer)),
    )

    expect(spans().map(({ name }) => name)).toEqual(['another'])
  })

  it('fails in all traces', async () => {
    const { tracer, spans } = createTestTracer()
    const members = [{ context: contextIn(A) }, { context: contextIn(B) }]

    await expect(
      tracer.inSharedSpan({ ...shared, members }, () => Promise.reject(new UnavailableError('MySQL'))),
    ).rejects.toThrow(UnavailableError)

    expect(spans().map(({ hasFailed }) => hasFailed)).toEqual([true, true, true])
  })
})

describe('a processor that does not finish', () => {
  const stuck = {
    onStart: () => undefined,
    onEnd: () => undefined,
    forceFlush: vi.fn(() => new Promise<void>(() => undefined)),
    shutdown: () => Promise.reject(new Error('no')),
  }

  it('delays neither an invocation nor the end of the process', async () => {
    const { tracer } = createTestTracer({ processor: stuck, flushEachInvocation: true, flushWithinMs: 10 })

    await tracer.invocationEnded()
    await tracer.close()

    expect(stuck.forceFlush).toHaveBeenCalledOnce()
  })

  it('is flushed at the end of an invocation only where the process may be frozen', async () => {
    stuck.forceFlush.mockClear()
    const { tracer } = createTestTracer({ processor: stuck })

    await tracer.invocationEnded()

    expect(stuck.forceFlush).not.toHaveBeenCalled()
  })
})

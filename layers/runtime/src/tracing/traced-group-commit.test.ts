import { describe, expect, it } from 'vitest'
import { contextIn, createTestTracer, TRACES } from './test-tracer'
import { TracedGroupCommit } from './traced-group-commit'

const [A, B, C] = TRACES

describe('a traced group commit', () => {
  it('runs each batch in the traces of its own items, not in the trace of the very first caller', async () => {
    const { tracer, spans } = createTestTracer()
    const traceOf = (item: string) => ({ name: 'request', kind: 'server' as const, parent: contextIn(item) })
    const run = (items: string[]) =>
      tracer.inSpan({ name: `commit of ${items.length}`, kind: 'client' }, async () => items.map((item) => item))
    const placement = new TracedGroupCommit(run, { maxBatch: 10, maxWaiting: 10 }, tracer, {
      one: 'place order',
      many: 'place orders',
      attributesOf: (item) => ({ item }),
    })

    const results = await Promise.all(
      [A, B, C].map((item) => tracer.inSpan(traceOf(item), () => placement.submit(item))),
    )

    expect(results).toEqual([A, B, C])
    const named = (name: string) => spans().filter((span) => span.name === name)
    expect(named('commit of 1')).toMatchObject([{ traceId: A }])
    expect(named('commit of 2')).toMatchObject([{ traceId: B }])
    expect(named('place order').map(({ traceId, attributes }) => [traceId, attributes.item])).toEqual([
      [A, A],
      [B, B],
      [C, C],
    ])
    const [batch] = named('place orders')
    expect(batch).toMatchObject({ traceId: B, attributes: { 'ecommerce.batch.size': 2 } })
    expect(named('place order').at(-1)?.links).toEqual([batch?.spanId])
  })
})

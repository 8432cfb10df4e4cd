import { describe, expect, it } from 'vitest'
import { isSampled, readTraceContext, spanIdOf, traceIdOf } from './trace-context'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const traceparent = `00-${TRACE}-${SPAN}-01`

describe('the trace context of headers', () => {
  it('consists of traceparent, and of tracestate if there is one', () => {
    expect(readTraceContext({ traceparent, host: 'x' })).toEqual({ traceparent })
    expect(readTraceContext({ traceparent, tracestate: 'a=1,b=2' })).toEqual({ traceparent, tracestate: 'a=1,b=2' })
  })

  it.each([
    ['none', undefined],
    ['another text', 'hello'],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['upper case', traceparent.toUpperCase()],
    ['a version that can never be', `ff-${TRACE}-${SPAN}-01`],
    ['too short an id', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['more than there is to say', `${traceparent}-what`],
    ['two of them', `${traceparent},${traceparent}`],
    ['a line end', `${traceparent}\n`],
  ])('is none for %s', (_, given) => {
    expect(readTraceContext({ traceparent: given, tracestate: 'a=1' })).toBeUndefined()
  })

  it.each([
    ['is too long', `a=${'x'.repeat(600)}`],
    ['is no text', 'a=\u0001'],
    ['is empty', ''],
  ])('is without a tracestate that %s', (_, tracestate) => {
    expect(readTraceContext({ traceparent, tracestate })).toEqual({ traceparent })
  })

  it('contains the ids, and whether the trace is recorded', () => {
    expect([traceIdOf({ traceparent }), spanIdOf({ traceparent })]).toEqual([TRACE, SPAN])
    expect(['00', '01', '02', '03'].map((flags) => isSampled({ traceparent: `00-${TRACE}-${SPAN}-${flags}` }))).toEqual(
      [false, true, false, true],
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { field, frame, int64, propertiesOf, table } from '../testing/amqp-encoder'
import { FrameRewriter } from './raw-properties'

const HEADER_START = Buffer.from([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5])
const contentHeader = (raw: Buffer) => frame(2, 1, Buffer.concat([HEADER_START, raw]))
const rewrittenHeader = (raw: Buffer) =>
  contentHeader(
    propertiesOf(0x2000, table(field('raw', 'x', Buffer.concat([int64(BigInt(raw.length)).subarray(4), raw])))),
  )

describe('the frame rewriter', () => {
  it('replaces properties by one header with their bytes, and nothing else, however the stream is cut', () => {
    const frames = fc.array(fc.record({ type: fc.constantFrom(1, 2, 3, 8), bytes: fc.uint8Array({ maxLength: 40 }) }), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(frames, fc.array(fc.nat({ max: 400 })), (content, cuts) => {
        const sent = content.map(({ type, bytes }) =>
          type === 2 ? contentHeader(Buffer.from(bytes)) : frame(type, 1, Buffer.from(bytes)),
        )
        const expected = content.map(({ type, bytes }) =>
          type === 2 ? rewrittenHeader(Buffer.from(bytes)) : frame(type, 1, Buffer.from(bytes)),
        )
        const stream = Buffer.concat(sent)
        const ends = [...cuts.filter((cut) => cut < stream.length), stream.length].sort((a, b) => a - b)
        const rewriter = new FrameRewriter()

        const received = ends.map((end, index) => rewriter.push(stream.subarray(ends[index - 1] ?? 0, end)))

        expect(Buffer.concat(received)).toEqual(Buffer.concat(expected))
      }),
    )
  })

  it('passes complete frames on immediately', () => {
    const rewriter = new FrameRewriter()
    const heartbeat = frame(8, 0, Buffer.alloc(0))

    expect(rewriter.push(Buffer.concat([heartbeat, heartbeat.subarray(0, 3)]))).toEqual(heartbeat)
    expect(rewriter.push(heartbeat.subarray(3))).toEqual(heartbeat)
  })
})

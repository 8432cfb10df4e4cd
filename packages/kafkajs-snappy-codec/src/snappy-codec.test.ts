import fc from 'fast-check'
import kafkajs from 'kafkajs'
import snappy from 'snappyjs'
import { describe, expect, it } from 'vitest'
import { compress, decompress, registerSnappyCodec } from './snappy-codec'

/** The records of a batch, written by kafka-clients 4.3.1 (snappy-java 1.1.10.7) with `compression.type=snappy`. */
const WRITTEN_BY_JAVA = Buffer.from(
  'glNOQVBQWQAAAAABAAAAAQAAAIWRAvBlsgEAAAAKa2V5LTCaAWEgdmFsdWUgdGhhdCBhIEphdmEgcHJvZHVjZXIgaGFzIHdyaXR0ZW4gYW5kIGNvb' +
    'XByZXNzZWQgd2l0aCBzbmFwcHksIG51bWJlciAwALIBAEQCCmtleS0x/lsANlsAGDEAsgEARAQFtgAy/lsANlsABDIA',
  'base64',
)
const XERIAL_HEADER = WRITTEN_BY_JAVA.subarray(0, 16)

function block(text: string): Buffer {
  const compressed = snappy.compress(Buffer.from(text))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(compressed.length)
  return Buffer.concat([length, compressed])
}

describe('the snappy codec', () => {
  it('reads what a Java producer has written', () => {
    const records = decompress(WRITTEN_BY_JAVA).toString('latin1')

    for (const number of [0, 1, 2]) {
      const value = `a value that a Java producer has written and compressed with snappy, number ${number}`
      expect(records).toContain(`key-${number}\u009a\u0001${value}`)
    }
  })

  it('reads all blocks of a framed buffer', () => {
    const framed = Buffer.concat([XERIAL_HEADER, block('one, '), block('two, '), block('three')])

    expect(decompress(framed).toString()).toBe('one, two, three')
  })

  it('reads snappy without a frame, as librdkafka and Go clients write it', () => {
    const raw = snappy.compress(Buffer.from('the same, the same, the same'))

    expect(decompress(raw).toString()).toBe('the same, the same, the same')
  })

  it('refuses a framed buffer that is cut off', () => {
    const framed = Buffer.concat([XERIAL_HEADER, block('one')]).subarray(0, -1)

    expect(() => decompress(framed)).toThrow('cut off')
  })

  it('writes the frame that Java clients read, in blocks of at most 32 KiB', () => {
    const framed = compress(Buffer.alloc(70_000, 'x'))

    expect(framed.subarray(0, XERIAL_HEADER.length)).toEqual(XERIAL_HEADER)
    const firstLength = framed.readUInt32BE(XERIAL_HEADER.length)
    const firstBlock = framed.subarray(XERIAL_HEADER.length + 4, XERIAL_HEADER.length + 4 + firstLength)
    expect(snappy.uncompress(firstBlock)).toHaveLength(32 * 1024)
  })

  it('reads what it writes, whatever the content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat({ max: 300 }), (bytes, times) => {
        const data = Buffer.concat(Array.from({ length: times }, () => bytes))

        expect(decompress(compress(data)).equals(data)).toBe(true)
      }),
    )
  })

  it('is used by kafkajs once it is registered', async () => {
    registerSnappyCodec()
    const codec = kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy]()
    const buffer = Buffer.from('the same, the same, the same')

    expect(await codec.decompress(await codec.compress({ buffer }))).toEqual(buffer)
  })
})

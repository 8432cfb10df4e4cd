import { compress } from 'snappyjs'
import { describe, expect, it } from 'vitest'
import { snappyCodec } from './snappy-codec'

/** The records of a batch as kafka-clients 4.3.1 (snappy-java 1.1.10.7) wrote them, with `compression.type=snappy`. */
const WRITTEN_BY_JAVA = Buffer.from(
  'glNOQVBQWQAAAAABAAAAAQAAAIWRAvBlsgEAAAAKa2V5LTCaAWEgdmFsdWUgdGhhdCBhIEphdmEgcHJvZHVjZXIgaGFzIHdyaXR0ZW4gYW5kIGNvb' +
    'XByZXNzZWQgd2l0aCBzbmFwcHksIG51bWJlciAwALIBAEQCCmtleS0x/lsANlsAGDEAsgEARAQFtgAy/lsANlsABDIA',
  'base64',
)
const XERIAL_HEADER = WRITTEN_BY_JAVA.subarray(0, 16)

function block(text: string): Buffer {
  const compressed = compress(Buffer.from(text))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(compressed.length)
  return Buffer.concat([length, compressed])
}

describe('the snappy codec', () => {
  it('reads what a Java producer has written', async () => {
    const records = (await snappyCodec.decompress(WRITTEN_BY_JAVA)).toString('latin1')

    for (const number of [0, 1, 2]) {
      const value = `a value that a Java producer has written and compressed with snappy, number ${number}`
      expect(records).toContain(`key-${number}\u009a\u0001${value}`)
    }
  })

  it('reads all blocks of a framed buffer', async () => {
    const framed = Buffer.concat([XERIAL_HEADER, block('one, '), block('two, '), block('three')])

    expect((await snappyCodec.decompress(framed)).toString()).toBe('one, two, three')
  })

  it('refuses a framed buffer that is cut off', async () => {
    const framed = Buffer.concat([XERIAL_HEADER, block('one')]).subarray(0, -1)

    await expect(snappyCodec.decompress(framed)).rejects.toThrow('cut off')
  })

  it('reads what it writes, without a frame', async () => {
    const buffer = Buffer.from('the same, the same, the same')

    expect(await snappyCodec.decompress(await snappyCodec.compress({ buffer }))).toEqual(buffer)
  })
})

import { describe, expect, it } from 'vitest'
import { decompress } from './decompress'

const LZ4 = 3
const ZSTD = 4

/** The text that is compressed in most of the samples, which were made with `lz4` 1.9.4 and `zstd` 1.5.4. */
const TEXT = Array.from({ length: 40 }, (_, index) => `order ${index % 7} of user ${index % 3}`).join('\n')

const SAMPLES = [
  {
    what: 'an lz4 frame',
    codec: LZ4,
    text: TEXT,
    base64:
      'BCJNGGRApw0BAADQb3JkZXIgMCBvZiB1cwoAEgoSABUxEgATMRIAFTISABMyEgAVMxIAEzASABU0EgAENgAVNRIABDYAFTYSAAQ2' +
      'AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+' +
      'AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2' +
      'AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2AAZ+AAQ2ALA0IG9mIHVzZXIgMAAAAABqRJy9',
  },
  {
    what: 'an lz4 frame with its size and checksums of blocks',
    codec: LZ4,
    text: TEXT,
    base64:
      'BCJNGHxAzwIAAAAAAAA7DQEAANBvcmRlciAwIG9mIHVzCgASChIAFTESABMxEgAVMhIAEzISABUzEgATMBIAFTQSAAQ2ABU1EgAE' +
      'NgAVNhIABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYA' +
      'Bn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4A' +
      'BDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYABn4ABDYAsDQgb2YgdXNlciAw1YC6QQAAAABqRJy9',
  },
  {
    what: 'an lz4 frame with a block that is not compressed',
    codec: LZ4,
    text: 'abc',
    base64: 'BCJNGGRApwMAAIBhYmMAAAAA/1PRMg==',
  },
  {
    what: 'an lz4 frame with blocks that refer to each other',
    codec: LZ4,
    text: `${'x'.repeat(70_000)}0123456789${'x'.repeat(70_000)}`,
    base64:
      'BCJNGERAXgsBAAAfeAEA////////////////////////////////////////////////////////////////////////////////' +
      '////////////////////////////////////////////////////////////////////////////////////////////////////' +
      '////////////////////////////////////////////////////////////////////////////////////////////////////' +
      '/////////////////////////////////////////////////////////////+dQeHh4eHgYAQAADwQA////////////////////' +
      '//9urzAxMjM0NTY3ODmL7v//////////////////////////////////////////////////////////////////////////////' +
      '////////////////////////////////////////////////////////////////////////////////////////////////////' +
      '////////////////////////////////////////////////////////////////////////////////////////////////////' +
      '////////////////////////////////////////XVB4eHh4eCwAAAAPBAD/////////////////////////////////////////' +
      '////9FB4eHh4eAAAAACFsY1E',
  },
  {
    what: 'a zstd frame',
    codec: ZSTD,
    text: TEXT,
    base64:
      'KLUv/WTPAU0CAIQCb3JkZXIgMCBvZiB1c2VyIDAKMTEyMjM0NTYwMTIzNDU2MDEyMzQ1NhioIL7+HeCl1hAUJCCBxPn+/29SfQnw' +
      'YM6ekjkV2CkqoVwd',
  },
  {
    what: 'a zstd frame of a stream, without size and checksum',
    codec: ZSTD,
    text: TEXT,
    base64:
      'KLUv/QBoTQIAhAJvcmRlciAwIG9mIHVzZXIgMAoxMTIyMzQ1NjAxMjM0NTYwMTIzNDU2GKggvv4d4KXWEBQkIIHE+f7/b1J9CfBg' +
      'zp6SORXYKQ==',
  },
] as const

describe('decompression', () => {
  it.each(SAMPLES)('restores $what', ({ codec, text, base64 }) => {
    const decompressed = decompress(codec, Buffer.from(base64, 'base64')).toString()

    expect(decompressed.length).toBe(text.length)
    expect(decompressed === text).toBe(true)
  })

  it.each(SAMPLES.filter(({ codec }) => codec === LZ4))('rejects $what when it is cut off', ({ base64 }) => {
    const data = Buffer.from(base64, 'base64')
    const endMark = 8

    for (let length = 0; length < data.length - endMark; length++) {
      expect(() => decompress(LZ4, data.subarray(0, length))).toThrow('lz4: ')
    }
  })
})

import kafkajs from 'kafkajs'
import SnappyJS from 'snappyjs'

/** Node finds only some of kafkajs' exports by name, and these are not among them. */
const { CompressionCodecs, CompressionTypes } = kafkajs

/**
 * Snappy for kafkajs, which knows the name only. Java clients frame it the way xerial's snappy-java does: a header, then
 * blocks of at most 32 KiB, each after its compressed length. Everybody reads that; not everybody reads it bare.
 */
const HEADER = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
const BLOCK_BYTES = 32 * 1024
const LENGTH_BYTES = 4

/** Makes kafkajs able to use snappy, in this process. */
export function registerSnappy(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => compress(buffer),
    decompress: async (buffer: Buffer) => decompress(buffer),
  })
}

export function compress(data: Buffer): Buffer {
  const parts: Buffer[] = [HEADER]
  for (let start = 0; start < data.length; start += BLOCK_BYTES) {
    const block = Buffer.from(SnappyJS.compress(data.subarray(start, start + BLOCK_BYTES)))
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

export function decompress(data: Buffer): Buffer {
  if (!data.subarray(0, 8).equals(HEADER.subarray(0, 8))) return Buffer.from(SnappyJS.uncompress(data))
  const parts: Buffer[] = []
  for (let start = HEADER.length; start < data.length; ) {
    const length = data.readUInt32BE(start)
    start += LENGTH_BYTES
    parts.push(Buffer.from(SnappyJS.uncompress(data.subarray(start, start + length))))
    start += length
  }
  return Buffer.concat(parts)
}

import kafkajs from 'kafkajs'
import snappy from 'snappyjs'

/** Node does not find these names in the CommonJS exports of kafkajs. */
const { CompressionCodecs, CompressionTypes } = kafkajs

/**
 * The framing of xerial's snappy-java, which Java clients write: a header, then blocks, each after its compressed length.
 * All common clients read it; not all of them read snappy without a frame.
 */
const HEADER = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
const MAGIC = HEADER.subarray(0, 8)
const BLOCK_BYTES = 32 * 1024
const LENGTH_BYTES = 4

/** Lets kafkajs use snappy in this process. kafkajs keeps its codecs per process, and has none for snappy. */
export function registerSnappyCodec(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => ({
    compress: async ({ buffer }: { readonly buffer: Buffer }) => compress(buffer),
    decompress: async (buffer: Buffer) => decompress(buffer),
  })
}

export function compress(data: Buffer): Buffer {
  const parts: Buffer[] = [HEADER]
  for (let start = 0; start < data.length; start += BLOCK_BYTES) {
    const block = snappy.compress(data.subarray(start, start + BLOCK_BYTES))
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

/** Also reads snappy without a frame, as other clients write it. */
export function decompress(data: Buffer): Buffer {
  if (!isFramed(data)) return snappy.uncompress(data)
  return Buffer.concat([...readBlocks(data)].map((block) => snappy.uncompress(block)))
}

function isFramed(data: Buffer): boolean {
  return data.length >= HEADER.length && data.subarray(0, MAGIC.length).equals(MAGIC)
}

function* readBlocks(data: Buffer): Generator<Buffer> {
  for (let at = HEADER.length; at < data.length; ) {
    const start = at + LENGTH_BYTES
    const end = start + data.readUInt32BE(at)
    if (end > data.length) throw new RangeError('snappy: the last block is cut off')
    yield data.subarray(start, end)
    at = end
  }
}

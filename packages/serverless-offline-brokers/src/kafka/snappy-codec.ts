import kafkajs, { CompressionTypes } from 'kafkajs'
import { compress, uncompress } from 'snappyjs'

/** What Java clients frame their blocks with: this, version, compatible version; then blocks, each after its length. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const XERIAL_HEADER_BYTES = 16

/** Reads raw snappy (librdkafka, Go) and the xerial framing of Java; writes raw snappy, which all of them read. */
export const snappyCodec = {
  compress: async ({ buffer }: { readonly buffer: Buffer }): Promise<Buffer> => compress(buffer),
  decompress: async (buffer: Buffer): Promise<Buffer> =>
    isXerial(buffer)
      ? Buffer.concat([...readXerialBlocks(buffer)].map((block) => uncompress(block)))
      : uncompress(buffer),
}

/** kafkajs keeps its codecs per process and has none for snappy of its own. */
export function registerSnappyCodec(): void {
  // Node finds no export of this name in the CommonJS of kafkajs.
  kafkajs.CompressionCodecs[CompressionTypes.Snappy] = () => snappyCodec
}

function isXerial(buffer: Buffer): boolean {
  return buffer.length >= XERIAL_HEADER_BYTES && buffer.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)
}

function* readXerialBlocks(buffer: Buffer): Generator<Buffer> {
  for (let at = XERIAL_HEADER_BYTES; at < buffer.length; ) {
    const start = at + 4
    const end = start + buffer.readUInt32BE(at)
    if (end > buffer.length) throw new RangeError('snappy: the last block is cut off')
    yield buffer.subarray(start, end)
    at = end
  }
}

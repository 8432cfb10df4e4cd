const MAGIC = 0x184d2204
const VERSION_MASK = 0xc0
const VERSION = 0x40
const HAS_BLOCK_CHECKSUM = 0x10
const HAS_CONTENT_SIZE = 0x08
const HAS_DICTIONARY = 0x01
const STORED = 0x80000000
const CHECKSUM_BYTES = 4
const LONGEST_OFFSET = 0xffff

/**
 * Decompresses an LZ4 frame (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), which Kafka clients write.
 * Checksums are skipped. Own code, because the JavaScript packages for LZ4 frames are native or have no maintainer.
 *
 * @throws RangeError when the data is not a complete frame
 */
export function decompressLz4(data: Buffer): Buffer {
  if (data.length < 7 || data.readUInt32LE(0) !== MAGIC) throw new RangeError('lz4: this is not a frame')
  const flags = data.readUInt8(4)
  if ((flags & VERSION_MASK) !== VERSION) throw new RangeError('lz4: this version of the frame format is unknown')
  if (flags & HAS_DICTIONARY) throw new RangeError('lz4: the frame needs a dictionary')
  const output = new Output(data.length * 4)
  let at = 7 + (flags & HAS_CONTENT_SIZE ? 8 : 0)
  for (;;) {
    const header = data.readUInt32LE(at)
    if (header === 0) return output.toBuffer()
    const start = at + 4
    const end = start + (header & ~STORED)
    if (end > data.length) throw new RangeError('lz4: the last block is cut off')
    const block = data.subarray(start, end)
    if (header & STORED) output.append(block)
    else decompressBlock(block, output)
    at = end + (flags & HAS_BLOCK_CHECKSUM ? CHECKSUM_BYTES : 0)
  }
}

/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md: literals and a match, alternating. */
function decompressBlock(block: Buffer, output: Output): void {
  let at = 0

  function length(start: number): number {
    let sum = start
    if (start < 15) return sum
    for (let byte = 255; byte === 255; sum += byte) byte = block.readUInt8(at++)
    return sum
  }

  while (at < block.length) {
    const token = block.readUInt8(at++)
    const literals = length(token >> 4)
    if (at + literals > block.length) throw new RangeError('lz4: the literals are cut off')
    output.append(block.subarray(at, at + literals))
    at += literals
    // The last sequence of a block has no match.
    if (at === block.length) return
    const offset = block.readUInt16LE(at)
    at += 2
    output.repeat(offset, length(token & 15) + 4)
  }
}

/** A buffer that grows. A block may refer to bytes of the blocks before it. */
class Output {
  #bytes: Buffer
  #length = 0

  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(expectedBytes, 1_024))
  }

  append(part: Buffer): void {
    this.#reserve(part.length)
    part.copy(this.#bytes, this.#length)
    this.#length += part.length
  }

  /** Appends bytes that were written `offset` bytes before. They may overlap with what is written now. */
  repeat(offset: number, length: number): void {
    if (offset === 0 || offset > this.#length || offset > LONGEST_OFFSET) throw new RangeError('lz4: invalid offset')
    this.#reserve(length)
    const from = this.#length - offset
    if (length <= offset) this.#bytes.copyWithin(this.#length, from, from + length)
    else for (let index = 0; index < length; index++) this.#bytes[this.#length + index] = this.#bytes[from + index] ?? 0
    this.#length += length
  }

  toBuffer(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve(length: number): void {
    const needed = this.#length + length
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

const CONTINUED = 0x80
const SEVEN_BITS = 0x7f
const UUID_BYTES = 16

/** Reads the types of the Kafka protocol. Throws a RangeError when the bytes end too early. */
export class ByteReader {
  #at = 0

  constructor(private readonly data: Buffer) {}

  get remaining(): number {
    return this.data.length - this.#at
  }

  int8(): number {
    return this.data.readInt8(this.#advance(1))
  }

  int16(): number {
    return this.data.readInt16BE(this.#advance(2))
  }

  int32(): number {
    return this.data.readInt32BE(this.#advance(4))
  }

  int64(): bigint {
    return this.data.readBigInt64BE(this.#advance(8))
  }

  /** In hexadecimal digits. */
  uuid(): string {
    return this.bytes(UUID_BYTES).toString('hex')
  }

  bytes(length: number): Buffer {
    if (length < 0) throw new RangeError(`a length of ${length}`)
    const start = this.#advance(length)
    return this.data.subarray(start, start + length)
  }

  unsignedVarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.data.readUInt8(this.#advance(1))
      value += (byte & SEVEN_BITS) * 2 ** shift
      if (byte < CONTINUED) return value
    }
    throw new RangeError('a varint of more than 5 bytes')
  }

  varint(): number {
    const value = this.unsignedVarint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  varlong(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.data.readUInt8(this.#advance(1))
      value |= BigInt(byte & SEVEN_BITS) << shift
      if (byte < CONTINUED) return (value >> 1n) ^ -(value & 1n)
    }
    throw new RangeError('a varlong of more than 10 bytes')
  }

  /** Bytes after their length as a varint. A length of -1 means null. */
  varintBytes(): Buffer | null {
    const length = this.varint()
    return length === -1 ? null : this.bytes(length)
  }

  string(): string | null {
    const length = this.int16()
    return length === -1 ? null : this.bytes(length).toString()
  }

  compactString(): string | null {
    const length = this.unsignedVarint() - 1
    return length === -1 ? null : this.bytes(length).toString()
  }

  /** A missing list counts as empty. */
  array<T>(read: () => T): T[] {
    return this.#list(this.int32(), read)
  }

  /** A missing list counts as empty. */
  compactArray<T>(read: () => T): T[] {
    return this.#list(this.unsignedVarint() - 1, read)
  }

  /** The optional fields at the end of a structure. */
  skipTags(): void {
    for (let count = this.unsignedVarint(); count > 0; count--) {
      this.unsignedVarint()
      this.bytes(this.unsignedVarint())
    }
  }

  #list<T>(length: number, read: () => T): T[] {
    const list: T[] = []
    for (let index = 0; index < length; index++) list.push(read())
    return list
  }

  #advance(length: number): number {
    const start = this.#at
    if (length > this.remaining) throw new RangeError(`${length} bytes expected, ${this.remaining} left`)
    this.#at += length
    return start
  }
}

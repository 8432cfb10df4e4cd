const CONTINUED = 0x80
const SEVEN_BITS = 0x7f
const UUID_BYTES = 16

/** Reads the types of the Kafka protocol. Throws a RangeError when the bytes end too early. */
export class ByteReader {
  #at = 0

  constructor(private readonly data: Buffer) {}

  get position(): number {
    return this.#at
  }

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
    const start = this.#advance(length)
    return this.data.subarray(start, start + length)
  }

  unsignedVarint(): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 35; factor *= 0x80) {
      const byte = this.#byte()
      value += (byte & SEVEN_BITS) * factor
      if (byte < CONTINUED) return value
    }
    throw new RangeError('a varint of more than 5 bytes')
  }

  varint(): number {
    const value = this.unsignedVarint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** A number of 64 bits, as far as JavaScript is exact. */
  varlong(): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 70; factor *= 0x80) {
      const byte = this.#byte()
      value += (byte & SEVEN_BITS) * factor
      if (byte < CONTINUED) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    throw new RangeError('a varlong of more than 10 bytes')
  }

  /** Text after its length as a varint. */
  varintText(): string {
    const length = this.varint()
    const start = this.#advance(length)
    return this.data.toString('utf8', start, start + length)
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

  #byte(): number {
    const byte = this.data[this.#at]
    if (byte === undefined) throw new RangeError('1 byte expected, 0 left')
    this.#at += 1
    return byte
  }

  #list<T>(length: number, read: () => T): T[] {
    const list: T[] = []
    for (let index = 0; index < length; index++) list.push(read())
    return list
  }

  #advance(length: number): number {
    const start = this.#at
    if (length < 0 || start + length > this.data.length) {
      throw new RangeError(`${length} bytes expected, ${this.remaining} left`)
    }
    this.#at += length
    return start
  }
}

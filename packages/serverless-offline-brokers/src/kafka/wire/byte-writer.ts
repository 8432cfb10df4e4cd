/** Writes the types of the Kafka protocol. */
export class ByteWriter {
  readonly #parts: Buffer[] = []

  toBuffer(): Buffer {
    return Buffer.concat(this.#parts)
  }

  int8(value: number): this {
    return this.bytes(Buffer.of(value & 0xff))
  }

  int16(value: number): this {
    const part = Buffer.alloc(2)
    part.writeInt16BE(value)
    return this.bytes(part)
  }

  int32(value: number): this {
    const part = Buffer.alloc(4)
    part.writeInt32BE(value)
    return this.bytes(part)
  }

  int64(value: bigint): this {
    const part = Buffer.alloc(8)
    part.writeBigInt64BE(value)
    return this.bytes(part)
  }

  bytes(part: Buffer): this {
    this.#parts.push(part)
    return this
  }

  /** @param hex 32 hexadecimal digits */
  uuid(hex: string): this {
    return this.bytes(Buffer.from(hex, 'hex'))
  }

  unsignedVarint(value: number): this {
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.int8((rest % 0x80) + 0x80)
    return this.int8(rest)
  }

  string(text: string): this {
    const part = Buffer.from(text)
    return this.int16(part.length).bytes(part)
  }

  compactString(text: string): this {
    const part = Buffer.from(text)
    return this.unsignedVarint(part.length + 1).bytes(part)
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length)
    items.forEach(write)
    return this
  }

  compactArray<T>(items: readonly T[], write: (item: T) => void): this {
    this.unsignedVarint(items.length + 1)
    items.forEach(write)
    return this
  }

  noTags(): this {
    return this.unsignedVarint(0)
  }
}

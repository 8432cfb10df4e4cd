/** Encodes parts of AMQP 0-9-1 that a publisher may send and a client library may not be able to. */

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Bytes with their length before them. */
export function longString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** An entry of a table. @param type one character */
export function field(name: string, type: string, value: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), Buffer.from(type), value])
}

export function table(...fields: readonly Buffer[]): Buffer {
  return longString(Buffer.concat(fields))
}

export function propertiesOf(flags: number, ...fields: readonly Buffer[]): Buffer {
  const start = Buffer.alloc(2)
  start.writeUInt16BE(flags)
  return Buffer.concat([start, ...fields])
}

export function frame(type: number, channel: number, payload: Buffer): Buffer {
  const start = Buffer.alloc(3)
  start.writeUInt8(type)
  start.writeUInt16BE(channel, 1)
  return Buffer.concat([start, longString(payload), Buffer.from([0xce])])
}

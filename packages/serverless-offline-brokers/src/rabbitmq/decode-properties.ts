import {
  AmqpBytes,
  AmqpDecimal,
  type AmqpProperties,
  type AmqpTable,
  AmqpText,
  AmqpTimestamp,
  type AmqpValue,
} from '../event/amqp-value'

export interface DecodedProperties {
  readonly properties: AmqpProperties
  /** Why a part of the properties could not be read. That part is missing. */
  readonly problem?: string
}

const DEPTH_LIMIT = 100

/**
 * Decodes the properties of a message: flags and fields, as in the content header of AMQP 0-9-1. Never throws: what
 * comes before an unreadable part is kept, and headers never affect other properties.
 */
export function decodeProperties(bytes: Buffer): DecodedProperties {
  const fields: Record<string, unknown> = {}
  let problem: string | undefined
  try {
    const reader = new AmqpReader(bytes)
    const isPresent = reader.flags()
    for (const [index, [name, read]] of PROPERTIES.entries()) {
      if (!isPresent(index)) continue
      fields[name] = read(reader, (error) => {
        problem ??= `header ${error}`
      })
    }
  } catch (error) {
    problem ??= messageOf(error)
  }
  return { properties: fields, ...(problem !== undefined && { problem }) }
}

type Report = (problem: string) => void
type ReadProperty = (reader: AmqpReader, report: Report) => unknown

const shortString: ReadProperty = (reader) => reader.shortString()
const octet: ReadProperty = (reader) => reader.uint8()

/** In the order of their flags, from the highest bit. */
const PROPERTIES: readonly (readonly [name: keyof AmqpProperties, read: ReadProperty])[] = [
  ['contentType', shortString],
  ['contentEncoding', shortString],
  ['headers', (reader, report) => readHeaders(reader.slice(reader.uint32()), report)],
  ['deliveryMode', octet],
  ['priority', octet],
  ['correlationId', shortString],
  ['replyTo', shortString],
  ['expiration', shortString],
  ['messageId', shortString],
  ['timestamp', (reader) => Number(reader.int64())],
  ['type', shortString],
  ['userId', shortString],
  ['appId', shortString],
  ['clusterId', shortString],
]

function readHeaders(table: AmqpReader, report: Report): AmqpTable {
  const entries: [string, AmqpValue][] = []
  let name = ''
  try {
    while (!table.isAtEnd) {
      name = table.shortString()
      entries.push([name, table.value(DEPTH_LIMIT)])
    }
  } catch (error) {
    report(`${JSON.stringify(name)} ${messageOf(error)}`)
  }
  return Object.fromEntries(entries)
}

/** Reads AMQP types one after another. Every method throws a RangeError beyond the end. */
class AmqpReader {
  #offset = 0

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#offset >= this.bytes.length
  }

  /** The lowest bit of each 16 bits says whether 16 more follow. */
  flags(): (index: number) => boolean {
    const words: number[] = []
    do words.push(this.uint16())
    while (((words.at(-1) ?? 0) & 1) === 1)
    return (index) => (((words[Math.floor(index / 15)] ?? 0) >> (15 - (index % 15))) & 1) === 1
  }

  uint8 = () => this.bytes.readUInt8(this.#advance(1))
  uint16 = () => this.bytes.readUInt16BE(this.#advance(2))
  uint32 = () => this.bytes.readUInt32BE(this.#advance(4))
  int32 = () => this.bytes.readInt32BE(this.#advance(4))
  int64 = () => this.bytes.readBigInt64BE(this.#advance(8))

  shortString(): string {
    return this.#take(this.uint8()).toString()
  }

  slice(length: number): AmqpReader {
    return new AmqpReader(this.#take(length))
  }

  /**
   * The types of RabbitMQ (https://www.rabbitmq.com/amqp-0-9-1-errata), and the `L` of other clients: a signed 64 bit
   * number as in the specification and py-amqp.
   */
  value(depth: number): AmqpValue {
    if (depth === 0) throw new RangeError(`has more than ${DEPTH_LIMIT} levels`)
    const type = String.fromCharCode(this.uint8())
    switch (type) {
      case 't':
        return this.uint8() !== 0
      case 'b':
        return this.bytes.readInt8(this.#advance(1))
      case 'B':
        return this.uint8()
      case 's':
      case 'U':
        return this.bytes.readInt16BE(this.#advance(2))
      case 'u':
        return this.uint16()
      case 'I':
        return this.int32()
      case 'i':
        return this.uint32()
      case 'l':
      case 'L':
        return Number(this.int64())
      case 'f':
        return shortestDecimal(this.bytes.readFloatBE(this.#advance(4)))
      case 'd':
        return this.bytes.readDoubleBE(this.#advance(8))
      case 'D':
        return this.#decimal()
      case 'S':
        return new AmqpText(this.#take(this.uint32()))
      case 'x':
        return new AmqpBytes(this.#take(this.uint32()))
      case 'T':
        return new AmqpTimestamp(Number(this.int64()))
      case 'A':
        return this.slice(this.uint32()).#list(depth - 1)
      case 'F':
        return this.slice(this.uint32()).#table(depth - 1)
      case 'V':
        return null
      default:
        throw new TypeError(`has the unknown type ${JSON.stringify(type)}`)
    }
  }

  #decimal(): AmqpDecimal {
    const places = this.uint8()
    return new AmqpDecimal(this.int32(), places)
  }

  #list(depth: number): AmqpValue[] {
    const values: AmqpValue[] = []
    while (!this.isAtEnd) values.push(this.value(depth))
    return values
  }

  #table(depth: number): AmqpTable {
    const entries: [string, AmqpValue][] = []
    while (!this.isAtEnd) entries.push([this.shortString(), this.value(depth)])
    return Object.fromEntries(entries)
  }

  #take(length: number): Buffer {
    const start = this.#advance(length)
    return this.bytes.subarray(start, start + length)
  }

  #advance(length: number): number {
    const start = this.#offset
    if (start + length > this.bytes.length) throw new RangeError('ends too early')
    this.#offset = start + length
    return start
  }
}

/** A 32 bit number as Java prints it: 0.1, not 0.10000000149011612. */
function shortestDecimal(float: number): number {
  if (!Number.isFinite(float)) return float
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(float.toPrecision(digits))
    if (Math.fround(shorter) === float) return shorter
  }
  return float
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

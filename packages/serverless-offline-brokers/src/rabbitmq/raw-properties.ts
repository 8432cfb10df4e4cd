import type { Duplex } from 'node:stream'
import type { ChannelModel, ConsumeMessage } from 'amqplib'

/*
 * amqplib decodes the properties of a message when its frame arrives. A header of a type that it does not know closes the
 * connection. The message stays the first of the queue, so every new connection ends in the same way. It also decodes
 * strings as UTF-8, and nothing of that can be configured. Therefore the properties go through it as one opaque header.
 */

const FRAME_START_BYTES = 7
const FRAME_END_BYTES = 1
const CONTENT_HEADER = 2
/** Class, weight and body size, before the flags of the properties. */
const HEADER_START_BYTES = 12
const ONLY_HEADERS = 0x2000
const NAME = 'raw'

/** The part of a connection of amqplib 2.3 that receives frames. It is not in its types. */
interface ReceivingConnection {
  readonly stream: Pick<Duplex, 'read'>
  rest: Buffer
}

/** Makes every message of the connection arrive with its properties as bytes: see `rawProperties`. */
export function receiveRawProperties({ connection }: ChannelModel): void {
  const receiving = connection as unknown as ReceivingConnection
  const { stream } = receiving
  const frames = new FrameRewriter()
  const read = stream.read.bind(stream)
  stream.read = (size) => {
    const chunk: Buffer | null = read(size)
    return chunk === null || size === 0 ? chunk : frames.push(chunk)
  }
  // Part of a frame that arrived before.
  receiving.rest = frames.push(receiving.rest)
}

/** The flags and fields of the properties of a message, as they were sent. */
export function rawProperties({ properties }: ConsumeMessage): Buffer {
  const bytes: unknown = properties.headers?.[NAME]
  if (!Buffer.isBuffer(bytes)) throw new TypeError('the connection does not receive raw properties')
  return bytes
}

/** Replaces the properties in the content headers of a stream of frames. */
export class FrameRewriter {
  #rest: Buffer = Buffer.alloc(0)

  /** Returns the frames that are complete. */
  push(chunk: Buffer): Buffer {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const parts: Buffer[] = []
    let start = 0
    let copied = 0
    for (let end = frameEnd(bytes, start); end <= bytes.length; end = frameEnd(bytes, start)) {
      if (bytes[start] === CONTENT_HEADER) {
        parts.push(bytes.subarray(copied, start), ...rewritten(bytes.subarray(start, end)))
        copied = end
      }
      start = end
    }
    parts.push(bytes.subarray(copied, start))
    this.#rest = bytes.subarray(start)
    return parts.length === 1 ? bytes.subarray(0, start) : Buffer.concat(parts)
  }
}

/** Infinity when the start of the frame is incomplete. */
function frameEnd(bytes: Buffer, start: number): number {
  if (bytes.length < start + FRAME_START_BYTES) return Number.POSITIVE_INFINITY
  return start + FRAME_START_BYTES + bytes.readUInt32BE(start + 3) + FRAME_END_BYTES
}

function rewritten(frame: Buffer): Buffer[] {
  const payload = frame.subarray(FRAME_START_BYTES, -FRAME_END_BYTES)
  const raw = payload.subarray(HEADER_START_BYTES)
  const entryStart = Buffer.from(`\0${NAME}x\0\0\0\0`)
  entryStart.writeUInt8(NAME.length, 0)
  entryStart.writeUInt32BE(raw.length, entryStart.length - 4)
  const properties = Buffer.alloc(6)
  properties.writeUInt16BE(ONLY_HEADERS, 0)
  properties.writeUInt32BE(entryStart.length + raw.length, 2)
  const newPayload = [payload.subarray(0, HEADER_START_BYTES), properties, entryStart, raw]
  const start = Buffer.from(frame.subarray(0, FRAME_START_BYTES))
  start.writeUInt32BE(
    newPayload.reduce((sum, { length }) => sum + length, 0),
    3,
  )
  return [start, ...newPayload, frame.subarray(-FRAME_END_BYTES)]
}

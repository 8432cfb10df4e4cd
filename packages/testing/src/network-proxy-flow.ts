import type { Socket } from 'node:net'
import type { FlowMode } from './network-proxy-fault'

/** No more bytes of one direction are kept. Beyond that the sender waits, as with TCP. */
const MAX_HELD_BYTES = 64 * 1024
/** A throttled connection gets its share in slices of this length. */
const SLICE_MS = 20

interface Chunk {
  readonly bytes: Buffer
  readonly readAtMs: number
}

export interface FlowEvents {
  /** All bytes before the end of the stream have arrived. */
  onEnd(): void
  /** The stream has ended, but the receiver must not learn of it. */
  onHiddenEnd(): void
  /** The mode ends the connection. */
  onCut(): void
}

/** One direction of a connection: reads from one socket and writes to the other one, as the current mode says. */
export class NetworkFlow {
  #mode: FlowMode
  #chunks: Chunk[] = []
  #heldBytes = 0
  #endedAtMs: number | undefined
  #isOver = false
  #isLossy = false
  #forwardedInMode = 0
  #mayWriteAtMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    mode: FlowMode,
    private readonly events: FlowEvents,
  ) {
    this.#mode = mode
    from.on('data', (bytes: Buffer) => this.#accept(bytes))
    from.on('end', () => this.#sourceEnded())
    to.on('drain', () => this.#pump())
    to.on('connect', () => this.#pump())
  }

  /** Whether bytes were thrown away. The stream then has a gap, so that the connection is of no more use. */
  get isLossy(): boolean {
    return this.#isLossy
  }

  set mode(mode: FlowMode) {
    this.#mode = mode
    this.#forwardedInMode = 0
    this.#mayWriteAtMs = 0
    this.#pump()
  }

  /** Whether the receiver must not learn that the sender has closed. */
  get hidesCloses(): boolean {
    return this.#mode.kind === 'hold' || this.#mode.kind === 'discard'
  }

  /** Forwards nothing any more. It still reads, because otherwise nobody would notice a close of the sender. */
  abandon(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#chunks = []
    this.#heldBytes = 0
    this.from.resume()
  }

  #accept(bytes: Buffer): void {
    if (this.#isOver) return
    this.#chunks.push({ bytes, readAtMs: performance.now() })
    this.#heldBytes += bytes.length
    if (this.#heldBytes >= MAX_HELD_BYTES) this.from.pause()
    this.#pump()
  }

  #sourceEnded(): void {
    if (this.#isOver) return
    this.#endedAtMs = performance.now()
    if (this.hidesCloses) this.events.onHiddenEnd()
    else this.#pump()
  }

  #pump(): void {
    clearTimeout(this.#timer)
    while (!this.#isOver && this.#mode.kind !== 'hold') {
      const [chunk] = this.#chunks
      const readAtMs = chunk?.readAtMs ?? this.#endedAtMs
      if (readAtMs === undefined || this.to.connecting || this.to.writableNeedDrain) return
      const waitMs = this.#waitMs(readAtMs)
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#pump(), waitMs)
        return
      }
      if (chunk === undefined) this.#finish()
      else if (this.#mode.kind === 'discard') this.#discard(chunk.bytes)
      else this.#write(chunk.bytes)
    }
  }

  #waitMs(readAtMs: number): number {
    if (this.#mode.kind === 'delay') return Math.ceil(readAtMs + this.#mode.delayMs - performance.now())
    if (this.#mode.kind === 'throttle') return Math.ceil(this.#mayWriteAtMs - performance.now())
    return 0
  }

  #discard(bytes: Buffer): void {
    this.#isLossy = true
    this.#remove(bytes.length)
  }

  #write(bytes: Buffer): void {
    const part = bytes.subarray(0, this.#limit())
    if (part.length > 0) this.to.write(part)
    this.#remove(part.length)
    this.#forwardedInMode += part.length
    if (this.#mode.kind === 'throttle') {
      this.#mayWriteAtMs = performance.now() + (part.length * 1_000) / this.#mode.bytesPerSecond
    }
    if (this.#mode.kind === 'cut' && this.#forwardedInMode >= this.#mode.afterBytes) {
      this.abandon()
      this.events.onCut()
    }
  }

  #limit(): number {
    if (this.#mode.kind === 'throttle') return Math.max(1, Math.floor((this.#mode.bytesPerSecond * SLICE_MS) / 1_000))
    if (this.#mode.kind === 'cut') return this.#mode.afterBytes - this.#forwardedInMode
    return Number.POSITIVE_INFINITY
  }

  /** Removes the first bytes that are held. */
  #remove(length: number): void {
    const [first] = this.#chunks
    if (first === undefined) return
    if (length === first.bytes.length) this.#chunks.shift()
    else this.#chunks[0] = { ...first, bytes: first.bytes.subarray(length) }
    this.#heldBytes -= length
    if (this.#heldBytes < MAX_HELD_BYTES) this.from.resume()
  }

  #finish(): void {
    this.#isOver = true
    this.events.onEnd()
  }
}

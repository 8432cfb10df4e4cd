import { constants, openSync, write, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { DestinationStream } from 'pino'

export interface LogOutputOptions {
  /** Default: stdout. */
  readonly fd?: number
  /** Called with the number of lines that were dropped. */
  readonly onDropped?: (lines: number) => void
}

/** Lines are dropped while this many characters wait to be written. It is the log of some seconds under load. */
const MAX_BUFFERED = 1024 * 1024
const MAX_WRITE = 64 * 1024
/** The pause before another attempt, when a pipe or a terminal is full. */
const RETRY_FULL_PIPE_MS = 10
/** The pause after other errors, such as a full disk. */
const RETRY_MS = 500
/** How long the end of the process waits for a reader. */
const FLUSH_WITHIN_MS = 500

/**
 * An output for lines that never blocks: nobody may have to wait because a terminal is paused, a disk is full or the reader
 * of a pipe hangs. Lines that do not fit into its buffer are dropped. When the output works again, the buffered lines
 * are written. At the end of the process it writes what it can in a short time.
 *
 * pino's own destination cannot be used: with errors other than EAGAIN, its last write (`flushSync` of sonic-boom 4.2) never
 * ends. Do not use this output on Lambda, which may stop the process between two invocations, before lines are written.
 */
export class LogOutput implements DestinationStream {
  readonly #fd: number
  readonly #onDropped: (lines: number) => void
  #lines: string[] = []
  #buffered = 0
  /** The rest of the lines that are being written. */
  #rest: Buffer = Buffer.alloc(0)
  #state: 'idle' | 'writing' | 'pausing' | 'closed' = 'idle'

  constructor({ fd = 1, onDropped = () => undefined }: LogOutputOptions = {}) {
    this.#fd = nonBlocking(fd)
    this.#onDropped = onDropped
    process.once('exit', () => this.#flush())
  }

  write(line: string): void {
    if (this.#state === 'closed' || this.#buffered + line.length > MAX_BUFFERED) {
      this.#onDropped(1)
      return
    }
    this.#lines.push(line)
    this.#buffered += line.length
    if (this.#state === 'idle') this.#writeNext()
  }

  #writeNext(): void {
    if (this.#rest.length === 0) this.#rest = this.#takeLines()
    if (this.#rest.length === 0) {
      this.#state = 'idle'
      return
    }
    this.#state = 'writing'
    write(this.#fd, this.#rest, (error, bytes) => {
      if (error === null) {
        this.#rest = this.#rest.subarray(bytes)
        this.#writeNext()
      } else this.#failed(error)
    })
  }

  /** A pipe that its reader has closed remains closed. Any other output may work again. */
  #failed({ code }: NodeJS.ErrnoException): void {
    if (code === 'EPIPE') {
      this.#state = 'closed'
      this.#onDropped(this.#lines.length + 1)
      this.#lines = []
      return
    }
    this.#state = 'pausing'
    setTimeout(() => this.#writeNext(), code === 'EAGAIN' ? RETRY_FULL_PIPE_MS : RETRY_MS).unref()
  }

  #takeLines(): Buffer {
    let length = 0
    let count = 0
    for (const line of this.#lines) {
      if (count > 0 && length + line.length > MAX_WRITE) break
      length += line.length
      count++
    }
    this.#buffered -= length
    return Buffer.from(this.#lines.splice(0, count).join(''))
  }

  /** Writes what is left, except the lines that a thread is writing. */
  #flush(): void {
    const until = performance.now() + FLUSH_WITHIN_MS
    if (this.#state === 'closed') return
    if (this.#state === 'writing') this.#rest = Buffer.alloc(0)
    while (performance.now() < until) {
      if (this.#rest.length === 0) this.#rest = this.#takeLines()
      if (this.#rest.length === 0) return
      try {
        this.#rest = this.#rest.subarray(writeSync(this.#fd, this.#rest))
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_FULL_PIPE_MS)
      }
    }
  }
}

/** A write that blocks a thread would prevent the end of the process. */
function nonBlocking(fd: number): number {
  if (!isatty(fd)) {
    // With its stream, Node makes a pipe non-blocking.
    if (fd === 1) void process.stdout
    return fd
  }
  try {
    // Node makes terminals blocking. Opened again, a terminal has a mode of its own. Only Linux has this path.
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    return fd
  }
}

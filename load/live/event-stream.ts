import type { ServerResponse } from 'node:http'
import type { LiveEvent } from './live-events'

const HEARTBEAT_MS = 15_000

export interface StreamLimits {
  /** Seconds that are kept for late viewers; the oldest are dropped first. */
  readonly history: number
  readonly viewers: number
  /**
   * Bytes that may wait for a slow viewer, including past events. Beyond them it is disconnected, and may reconnect.
   */
  readonly pendingBytes: number
}

const LIMITS: StreamLimits = { history: 7200, viewers: 20, pendingBytes: 8 << 20 }

/** Sends events to all viewers, from the beginning of the run. A slow viewer cannot block it. */
export class EventStream {
  readonly #viewers = new Set<ServerResponse>()
  #history: LiveEvent[] = []
  #seconds = 0
  readonly #heartbeat = setInterval(() => this.#send(': heartbeat\n\n'), HEARTBEAT_MS).unref()

  constructor(readonly limits: StreamLimits = LIMITS) {}

  get viewers(): number {
    return this.#viewers.size
  }

  publish(event: LiveEvent): void {
    this.#remember(event)
    this.#send(messageOf(event))
  }

  /** Sends all past events to a new viewer, and then the new ones. */
  join(response: ServerResponse): void {
    if (this.#viewers.size >= this.limits.viewers) {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('too many viewers\n')
      return
    }
    const leave = () => this.#viewers.delete(response)
    response.once('close', leave).once('error', leave)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    this.#viewers.add(response)
    response.write(`retry: 1000\n\n${this.#history.map(messageOf).join('')}`)
  }

  close(): void {
    clearInterval(this.#heartbeat)
    for (const viewer of this.#viewers) viewer.end()
  }

  #remember(event: LiveEvent): void {
    this.#history.push(event)
    if (event.type !== 'second') return
    this.#seconds += 1
    if (this.#seconds <= this.limits.history) return
    // Drops a tenth together, so that most seconds cost nothing.
    let surplus = Math.ceil(this.limits.history / 10)
    this.#seconds -= surplus
    this.#history = this.#history.filter(({ type }) => {
      if (type !== 'second' || surplus === 0) return true
      surplus -= 1
      return false
    })
  }

  #send(text: string): void {
    for (const viewer of this.#viewers) {
      if (viewer.writableLength > this.limits.pendingBytes) viewer.destroy()
      else viewer.write(text)
    }
  }
}

function messageOf(event: LiveEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`
}

import type { ServerResponse } from 'node:http'
import type { LiveEvent } from './live-events'

const HEARTBEAT_MS = 15_000

export interface StreamLimits {
  /** Seconds told again to whoever comes late; the oldest are forgotten first. */
  readonly history: number
  readonly viewers: number
  /** That a viewer may leave untaken, the past included; beyond, it is let go, and may come back. */
  readonly pendingBytes: number
}

const LIMITS: StreamLimits = { history: 7200, viewers: 20, pendingBytes: 8 << 20 }

/** Server-sent events to everyone who watches, from the beginning. Nobody who watches can hold it up. */
export class EventStream {
  readonly #viewers = new Set<ServerResponse>()
  #history: LiveEvent[] = []
  #seconds = 0
  readonly #heartbeat = setInterval(() => this.#send(': here\n\n'), HEARTBEAT_MS).unref()

  constructor(readonly limits: StreamLimits = LIMITS) {}

  get viewers(): number {
    return this.#viewers.size
  }

  tell(event: LiveEvent): void {
    this.#remember(event)
    this.#send(messageOf(event))
  }

  /** Tells a newcomer what happened so far, and then what happens. */
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
    // A tenth at once, so that forgetting costs nothing on most seconds.
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

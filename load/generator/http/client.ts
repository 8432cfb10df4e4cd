import { Connection, type Failure, type Target } from './connection'
import { Fifo } from './fifo'

/** A request in flight. The owner may add its own members. */
export interface Exchange {
  /** The whole request, in Latin-1. */
  readonly text: string
  readonly deadlineMs: number
  /** When the request was written to a connection; absent before. */
  sentMs?: number
  /** The connection that the request was written to. */
  connection?: { close(failure: Failure): void }
  isSettled?: boolean
}

export interface ReceivedResponse {
  readonly status: number
  readonly hasRetryAfter: boolean
  /** The first characters of the body, as Latin-1. */
  readonly bodyStart: string
}

export interface ClientOptions<Request extends Exchange> {
  readonly target: Target
  readonly connections: number
  readonly connectTimeoutMs: number
  readonly clock: () => number
  responded(request: Request, response: ReceivedResponse): void
  failed(request: Request, failure: Failure): void
}

const SWEEP_MS = 20
const FIRST_BACKOFF_MS = 50
const MAX_BACKOFF_MS = 1000
/** The lifetime of an idle connection if the server announces none: servers of Node close it after 5 s. */
const KEEP_ALIVE_MS = 4000
/** Subtracted from the announced lifetime, so that no request meets a closing connection. */
const KEEP_ALIVE_MARGIN_MS = 1000

/**
 * Sends requests over connections that are opened on demand and kept alive. A request waits for a connection until its
 * deadline. Each request ends exactly once, with a response or a failure, and none is sent twice. While nobody listens,
 * the client tries one connection at a time, with a pause that doubles up to a second, and requests fail immediately.
 */
export class Client<Request extends Exchange> {
  readonly #options: ClientOptions<Request>
  readonly #open = new Set<Connection<Request>>()
  /** Used as a stack, so that no more connections stay alive than needed. */
  readonly #idle: Connection<Request>[] = []
  readonly #waiting = new Fifo<Request>()
  /** All unsettled requests, and some settled ones, in the order of their deadlines. */
  readonly #submitted = new Fifo<Request>()
  readonly #sweeping: NodeJS.Timeout
  #inFlight = 0
  #sent = 0
  #connecting = 0
  #failedConnects = 0
  #retryAtMs = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor(options: ClientOptions<Request>) {
    this.#options = options
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS)
  }

  /** Submitted and not settled. */
  get inFlight(): number {
    return this.#inFlight
  }

  get sent(): number {
    return this.#sent
  }

  /** Deadlines must not fall from one request to the next. May settle the request before it returns. */
  submit(request: Request): void {
    this.#inFlight++
    this.#submitted.push(request)
    const connection = this.#takeIdle()
    if (connection !== undefined) this.#send(connection, request)
    else if (this.#isUnreachable()) this.#fail(request, 'connection')
    else {
      this.#waiting.push(request)
      this.#openAsNeeded()
    }
  }

  /** Fails all requests in flight with `aborted`. */
  close(): void {
    this.#isClosed = true
    clearInterval(this.#sweeping)
    this.#failWaiting('aborted')
    for (const connection of this.#open) connection.close('aborted')
  }

  #takeIdle(): Connection<Request> | undefined {
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined || this.#options.clock() < connection.idleUntilMs) return connection
      connection.close('connection')
    }
  }

  #isUnreachable(): boolean {
    return this.#isClosed || (this.#open.size === 0 && this.#options.clock() < this.#retryAtMs)
  }

  #openAsNeeded(): void {
    if (this.#isClosed || (this.#failedConnects > 0 && this.#options.clock() < this.#retryAtMs)) return
    const maxConnecting = this.#failedConnects > 0 ? 1 : Number.POSITIVE_INFINITY
    while (
      this.#connecting < Math.min(this.#waiting.length, maxConnecting) &&
      this.#open.size < this.#options.connections
    ) {
      this.#connecting++
      const giveUpAtMs = this.#options.clock() + this.#options.connectTimeoutMs
      this.#open.add(new Connection(this.#options.target, giveUpAtMs, this.#events))
    }
  }

  readonly #events = {
    connected: (connection: Connection<Request>) => {
      this.#connecting--
      this.#failedConnects = 0
      this.#release(connection)
    },
    responded: (connection: Connection<Request>, request: Request) => {
      const { status, hasRetryAfter, bodyStart, isKeptAlive } = connection.response
      this.#settle(request)
      if (isKeptAlive) this.#release(connection)
      else connection.close('connection')
      this.#options.responded(request, { status, hasRetryAfter, bodyStart })
    },
    closed: (connection: Connection<Request>, request: Request | undefined, failure: Failure) => {
      this.#open.delete(connection)
      const index = this.#idle.indexOf(connection)
      if (index >= 0) this.#idle.splice(index, 1)
      if (!connection.isConnected) this.#backOff()
      if (request !== undefined) this.#fail(request, failure)
      if (this.#isUnreachable()) this.#failWaiting('connection')
      else this.#openAsNeeded()
    },
  }

  /** Attempts that fail together count as one failure. */
  #backOff(): void {
    this.#connecting--
    const nowMs = this.#options.clock()
    if (nowMs < this.#retryAtMs) return
    this.#retryAtMs = nowMs + Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#failedConnects)
    this.#failedConnects++
  }

  /** Sends the longest waiting request over a free connection. */
  #release(connection: Connection<Request>): void {
    const request = this.#nextWaiting()
    if (request !== undefined) {
      this.#send(connection, request)
      return
    }
    const seconds = connection.response.keepAliveSeconds
    const keepAliveMs = seconds === undefined ? KEEP_ALIVE_MS : seconds * 1000 - KEEP_ALIVE_MARGIN_MS
    connection.idleUntilMs = this.#options.clock() + keepAliveMs
    this.#idle.push(connection)
  }

  /** Skips requests whose deadline has passed meanwhile. */
  #nextWaiting(): Request | undefined {
    for (;;) {
      const request = this.#waiting.shift()
      if (!request?.isSettled) return request
    }
  }

  #send(connection: Connection<Request>, request: Request): void {
    this.#sent++
    request.sentMs = this.#options.clock()
    request.connection = connection
    connection.send(request.text, request)
  }

  #settle(request: Request): void {
    request.isSettled = true
    this.#inFlight--
  }

  #fail(request: Request, failure: Failure): void {
    this.#settle(request)
    this.#options.failed(request, failure)
  }

  #failWaiting(failure: Failure): void {
    for (let request = this.#nextWaiting(); request !== undefined; request = this.#nextWaiting()) {
      this.#fail(request, failure)
    }
  }

  #sweep(): void {
    const nowMs = this.#options.clock()
    for (let request = this.#submitted.peek(); request !== undefined; request = this.#submitted.peek()) {
      if (!request.isSettled && nowMs < request.deadlineMs) break
      this.#submitted.shift()
      if (!request.isSettled) this.#expire(request)
    }
    while (this.#waiting.peek()?.isSettled) this.#waiting.shift()
    if (this.#connecting > 0) {
      for (const connection of this.#open) {
        if (!connection.isConnected && nowMs >= connection.giveUpAtMs) connection.close('timeout')
      }
    }
    this.#openAsNeeded()
  }

  #expire(request: Request): void {
    if (request.connection === undefined) this.#fail(request, 'timeout')
    else request.connection.close('timeout')
  }
}

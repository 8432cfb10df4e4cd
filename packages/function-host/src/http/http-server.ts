import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { FunctionTimeoutError } from '../lambda-function'
import { toHttpEvent } from './http-event'
import { type HttpAnswer, jsonAnswer, send, toAnswer } from './http-response'
import { BodyBrokenOffError, BodyTooLargeError, NoRoomError, readBody } from './read-body'
import { refuseConnection } from './refuse-connection'
import { isDecodable, splitTarget } from './request-target'
import type { FindRoute } from './router'

export interface HttpLog {
  error(details: object, message: string): void
}

export interface HttpServerOptions {
  readonly findRoute: FindRoute
  readonly log: HttpLog
  readonly clock: () => number
  /** Of the requests in flight together; a body beyond is refused. 256 MiB where it is not given. */
  readonly maxBodyBytesInFlight?: number
}

/** Of API Gateway: the request line and the headers together. */
const MAX_HEAD_BYTES = 10_240
/** Beyond these a request is refused at once. */
const MAX_IN_FLIGHT = 10_000
const MAX_BODY_BYTES_IN_FLIGHT = 256 * 1024 * 1024

const TIMEOUTS = {
  /** For a whole request to arrive. */
  requestTimeout: 30_000,
  headersTimeout: 15_000,
  /** Longer than the 60 s of usual load balancers: they, not we, end an idle connection, so no request meets its end. */
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
}
/** A connection on which nothing moves, not even an answer its client does not read. */
const IDLE_SOCKET_MS = 120_000

/** For the first request of a connection to arrive, once no more are accepted. */
const IDLE_AT_THE_END_MS = 200

const LISTEN_ON_AT_MOST_MS = 1_000
/** Too short for a connection to come between the last look and the end of listening, but for one in thousands. */
const SHORT_TURN_MS = 0.5

const BAD_REQUEST = jsonAnswer(400, 'Bad Request')
const NOT_FOUND = jsonAnswer(404, 'Not Found')
const TOO_LARGE = jsonAnswer(413, 'Request Entity Too Large')
const HEAD_TOO_LARGE = jsonAnswer(431, 'Request Header Fields Too Large')
const INTERNAL = jsonAnswer(500, 'Internal Server Error')
const UNAVAILABLE = jsonAnswer(503, 'Service Unavailable')

/** Takes HTTP requests to functions as an HTTP API of API Gateway does, with its limits and its own answers. */
export class HttpServer {
  readonly #server: Server
  readonly #options: HttpServerOptions
  readonly #maxBodyBytes: number
  #inFlight = 0
  #bodyBytes = 0
  #connections = 0
  #isDraining = false

  constructor(options: HttpServerOptions) {
    this.#options = options
    this.#maxBodyBytes = options.maxBodyBytesInFlight ?? MAX_BODY_BYTES_IN_FLIGHT
    this.#server = createServer({ ...TIMEOUTS, maxHeaderSize: 2 * MAX_HEAD_BYTES }, (request, response) => {
      void this.#answer(request, response)
    })
    this.#server.timeout = IDLE_SOCKET_MS
    this.#server.on('clientError', refuseConnection)
    this.#server.on('connection', () => {
      this.#connections += 1
    })
  }

  /**
   * @param exclusive in an instance of a group: a port that it does not share with the others
   * @returns the port. @throws when the address is not to be had
   */
  async listen(port: number, host: string, exclusive = false): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ port, host, exclusive }, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    return (this.#server.address() as AddressInfo).port // it listens on a port, on no pipe
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** From now on every answer is the last of its connection, so that clients go elsewhere. */
  drain(): void {
    this.#isDraining = true
  }

  /**
   * Accepts no more; resolves when the last answer is out. A connection that was accepted a moment ago looks idle, and
   * its request is on its way: those on which nothing is asked are closed a moment later, not at once as by
   * `http.Server.close`.
   */
  async close(): Promise<void> {
    this.#isDraining = true
    await this.#untilNoneWaits()
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(this.#server, () => resolve()))
    // After what has arrived is read: a process that had to wait for the processor finds its timers due first.
    const closeIdle = () => setImmediate(() => this.#server.closeIdleConnections())
    const timer = setInterval(closeIdle, IDLE_AT_THE_END_MS)
    await closed
    clearInterval(timer)
  }

  /**
   * Resolves at the end of a turn of the event loop that was short and brought no connection, or when that takes too
   * long: connections that the system has taken and we have not are reset when we stop listening, with what was sent on
   * them. A load balancer that opens one for each request has always some on the way.
   */
  async #untilNoneWaits(): Promise<void> {
    const until = performance.now() + LISTEN_ON_AT_MOST_MS
    // What is left of this turn may have looked for connections already.
    await nextTurn()
    for (;;) {
      const connections = this.#connections
      const startedAt = performance.now()
      await nextTurn()
      const now = performance.now()
      const isQuiet = this.#connections === connections && now - startedAt < SHORT_TURN_MS
      if (isQuiet || now > until) return
    }
  }

  /** Ends what is left. */
  destroy(): void {
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let bodyBytes = 0
    const hasRoom = (bytes: number) => {
      bodyBytes += bytes
      this.#bodyBytes += bytes
      return this.#bodyBytes <= this.#maxBodyBytes
    }
    this.#inFlight += 1
    try {
      const answer = await this.#answerTo(request, hasRoom)
      if (!response.destroyed) this.#send(response, answer, !request.complete)
    } finally {
      this.#inFlight -= 1
      this.#bodyBytes -= bodyBytes
    }
  }

  #send(response: ServerResponse, answer: HttpAnswer, isUnread: boolean): void {
    const isLast = this.#isDraining || isUnread
    try {
      send(response, answer, isLast)
    } catch (error) {
      this.#options.log.error({ err: error }, 'a function answered with a header that HTTP does not have')
      send(response, INTERNAL, isLast)
    }
  }

  async #answerTo(request: IncomingMessage, hasRoom: (bytes: number) => boolean): Promise<HttpAnswer> {
    if (this.#inFlight > MAX_IN_FLIGHT) return UNAVAILABLE
    if (headBytes(request) > MAX_HEAD_BYTES) return HEAD_TOO_LARGE
    const { path, query } = splitTarget(request.url ?? '')
    if (!isDecodable(path)) return BAD_REQUEST
    const match = this.#options.findRoute(request.method ?? '', path)
    if (match === undefined) return NOT_FOUND
    try {
      const body = await readBody(request, hasRoom)
      const event = toHttpEvent(
        {
          method: request.method,
          httpVersion: request.httpVersion,
          rawHeaders: request.rawHeaders,
          path,
          query,
          body,
          // A socket of both families shows an IPv4 address as one of IPv6.
          sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
          requestId: randomUUID(),
          at: this.#options.clock(),
        },
        match,
      )
      return toAnswer(await match.target.function.invoke(event))
    } catch (error) {
      if (error instanceof BodyTooLargeError) return TOO_LARGE
      if (error instanceof NoRoomError) return UNAVAILABLE
      if (error instanceof BodyBrokenOffError) return BAD_REQUEST
      this.#options.log.error({ err: error, route: match.target.routeKey }, 'function failed')
      return error instanceof FunctionTimeoutError ? UNAVAILABLE : INTERNAL
    }
  }
}

function headBytes({ url = '', rawHeaders }: IncomingMessage): number {
  let bytes = url.length
  for (const text of rawHeaders) bytes += text.length
  return bytes
}

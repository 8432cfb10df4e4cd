import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { FunctionTimeoutError } from '../lambda-function'
import { toHttpEvent } from './http-event'
import { type HttpResponse, jsonResponse, send, toHttpResponse } from './http-response'
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
  /** The limit for all bodies in flight together. Default: 256 MiB. */
  readonly maxBodyBytesInFlight?: number
}

/** The limit of API Gateway for the request line and the headers together. */
const MAX_HEAD_BYTES = 10_240
/** Beyond these limits, requests are refused. */
const MAX_IN_FLIGHT = 10_000
const MAX_BODY_BYTES_IN_FLIGHT = 256 * 1024 * 1024

const TIMEOUTS = {
  /** For the arrival of a whole request. */
  requestTimeout: 30_000,
  headersTimeout: 15_000,
  /** Longer than the usual 60 s of load balancers, so that they close idle connections and lose no request. */
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
}
/** For a connection without any traffic, for example because the client does not read the response. */
const IDLE_SOCKET_MS = 120_000

/** For the first request of a connection, after the server has stopped listening. */
const IDLE_AT_THE_END_MS = 200

const LISTEN_ON_AT_MOST_MS = 1_000
/** So short that hardly any connection arrives between the last check and the end of listening. */
const SHORT_TURN_MS = 0.5

const BAD_REQUEST = jsonResponse(400, 'Bad Request')
const NOT_FOUND = jsonResponse(404, 'Not Found')
const TOO_LARGE = jsonResponse(413, 'Request Entity Too Large')
const HEAD_TOO_LARGE = jsonResponse(431, 'Request Header Fields Too Large')
const INTERNAL = jsonResponse(500, 'Internal Server Error')
const UNAVAILABLE = jsonResponse(503, 'Service Unavailable')

/** Routes HTTP requests to functions, with the limits and the error responses of an HTTP API of API Gateway. */
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
      void this.#respond(request, response)
    })
    this.#server.timeout = IDLE_SOCKET_MS
    this.#server.on('clientError', refuseConnection)
    this.#server.on('connection', () => {
      this.#connections += 1
    })
  }

  /**
   * @param exclusive in an instance of a group: do not share the port with the others
   * @returns the port. @throws when it cannot listen on the address
   */
  async listen(port: number, host: string, exclusive = false): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ port, host, exclusive }, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    return (this.#server.address() as AddressInfo).port // it listens on a port, not on a pipe
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** From now on, each response closes its connection, so that clients connect to another instance. */
  drain(): void {
    this.#isDraining = true
  }

  /**
   * Stops listening; resolves when the last response has been sent. A connection that was just accepted looks idle while
   * its request arrives. So idle connections are closed a moment later, not immediately as `http.Server.close` does.
   */
  async close(): Promise<void> {
    this.#isDraining = true
    await this.#untilNoConnectionPends()
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(this.#server, () => resolve()))
    // After the data that has arrived is read: in a busy process, timers run before it.
    const closeIdle = () => setImmediate(() => this.#server.closeIdleConnections())
    const timer = setInterval(closeIdle, IDLE_AT_THE_END_MS)
    await closed
    clearInterval(timer)
  }

  /**
   * Resolves after a short turn of the event loop without a new connection, or after a timeout. When a server stops
   * listening, the system resets the connections that it has accepted and the process has not, and their requests are
   * lost. A load balancer that opens a connection for each request always has some in this state.
   */
  async #untilNoConnectionPends(): Promise<void> {
    const until = performance.now() + LISTEN_ON_AT_MOST_MS
    // This turn may have checked for connections already.
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

  /** Closes all connections. */
  destroy(): void {
    this.#server.closeAllConnections()
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let bodyBytes = 0
    const hasRoom = (bytes: number) => {
      bodyBytes += bytes
      this.#bodyBytes += bytes
      return this.#bodyBytes <= this.#maxBodyBytes
    }
    this.#inFlight += 1
    try {
      const result = await this.#responseTo(request, hasRoom)
      if (!response.destroyed) this.#send(response, result, !request.complete)
    } finally {
      this.#inFlight -= 1
      this.#bodyBytes -= bodyBytes
    }
  }

  #send(response: ServerResponse, result: HttpResponse, isUnread: boolean): void {
    const isLast = this.#isDraining || isUnread
    try {
      send(response, result, isLast)
    } catch (error) {
      this.#options.log.error({ err: error }, 'a function returned an invalid header')
      send(response, INTERNAL, isLast)
    }
  }

  async #responseTo(request: IncomingMessage, hasRoom: (bytes: number) => boolean): Promise<HttpResponse> {
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
          // A dual-stack socket shows an IPv4 address as an IPv6 address.
          sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
          requestId: randomUUID(),
          at: this.#options.clock(),
        },
        match,
      )
      return toHttpResponse(await match.target.function.invoke(event))
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

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { FunctionTimeoutError, type LambdaFunction } from '../lambda-function'
import { ArrivalTimes } from './arrival-times'
import { checkHead } from './check-head'
import { type ConnectionError, pendingResponseOf, refusalOf } from './connection-error'
import { HostNames } from './host-names'
import { type RequestParts, toHttpEvent } from './http-event'
import { type HttpResponse, send, toHttpResponse } from './http-response'
import { endGently, lingerAfter } from './linger'
import { rawResponse } from './raw-response'
import { BodyBrokenOffError, BodyRefusedError, MAX_BODY_BYTES, readBody } from './read-body'
import {
  BODY_TOO_LARGE,
  DEFECT,
  FUNCTION_TIMED_OUT,
  NO_ROUTE,
  NO_TUNNEL,
  OVERLOADED,
  plainResponse,
  type Refusal,
  UNKNOWN_EXPECTATION,
} from './refusal'
import { toRefusedEvent } from './refused-event'
import { type RequestTarget, splitTarget } from './request-target'
import type { FindRoute } from './router'
import {
  BACKLOG,
  IDLE_SOCKET_MS,
  MAX_BODY_BYTES_IN_FLIGHT,
  MAX_CONNECTIONS,
  MAX_IN_FLIGHT,
  PARSER,
  TIMEOUTS,
} from './server-limits'
import { untilNoConnectionPends } from './until-no-connection-pends'

export interface HttpLog {
  error(details: object, message: string): void
}

export interface HttpSettings {
  /** The names that the Host header may have, in addition to the loopback names. `*` allows all names. */
  readonly hosts: readonly string[]
  /** For the arrival of a body. */
  readonly bodyTimeoutMs: number
}

export interface HttpServerOptions {
  readonly findRoute: FindRoute
  /** Responds to refused requests. Without it, they get the responses of API Gateway. */
  readonly refusals?: Pick<LambdaFunction, 'invoke'> | undefined
  readonly settings: HttpSettings
  readonly log: HttpLog
  readonly clock: () => number
  /** The limit for all bodies in flight together. Default: 256 MiB. */
  readonly maxBodyBytesInFlight?: number
}

/** For the first request of a connection, after the server has stopped listening. */
const IDLE_AT_THE_END_MS = 200

/** What the client expects before it sends the body: `Expect: 100-continue`, or something unknown. */
type Expectation = 'nothing' | 'continue' | 'unknown'

/** Routes HTTP requests to functions, with the limits and the error responses of an HTTP API of API Gateway. */
export class HttpServer {
  readonly #server: Server
  readonly #options: HttpServerOptions
  readonly #hosts: HostNames
  readonly #arrivals: ArrivalTimes
  readonly #maxBodyBytes: number
  /** Responses to requests that turned out to be invalid HTTP after their head. */
  readonly #abandoned = new WeakSet<ServerResponse>()
  #inFlight = 0
  #bodyBytes = 0
  #connections = 0
  #isDraining = false

  constructor(options: HttpServerOptions) {
    this.#options = options
    this.#hosts = new HostNames(options.settings.hosts)
    this.#arrivals = new ArrivalTimes(options.clock)
    this.#maxBodyBytes = options.maxBodyBytesInFlight ?? MAX_BODY_BYTES_IN_FLIGHT
    const respond = (expectation: Expectation) => (request: IncomingMessage, response: ServerResponse) =>
      void this.#respond(request, response, expectation)
    this.#server = createServer({ ...TIMEOUTS, ...PARSER }, respond('nothing'))
    this.#server.timeout = IDLE_SOCKET_MS
    this.#server.maxConnections = MAX_CONNECTIONS
    // Node would drop headers beyond a number. Their bytes are limited instead.
    this.#server.maxHeadersCount = 0
    this.#server
      .on('checkContinue', respond('continue'))
      .on('checkExpectation', respond('unknown'))
      .on('clientError', (error: ConnectionError, socket: Socket) => void this.#refuseConnection(error, socket))
      .on('connect', (request: IncomingMessage, socket: Socket) => void this.#refuseTunnel(request, socket))
      .on('connection', () => {
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
      this.#hosts.add(host)
      this.#server.listen({ port, host, exclusive, backlog: BACKLOG }, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    this.#arrivals.start()
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
    await untilNoConnectionPends(() => this.#connections)
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(this.#server, () => resolve()))
    // After the data that has arrived is read: in a busy process, timers run before it.
    const closeIdle = () => setImmediate(() => this.#server.closeIdleConnections())
    const timer = setInterval(closeIdle, IDLE_AT_THE_END_MS)
    await closed
    clearInterval(timer)
    this.#arrivals.stop()
  }

  /** Closes all connections. */
  destroy(): void {
    this.#server.closeAllConnections()
  }

  async #respond(request: IncomingMessage, response: ServerResponse, expectation: Expectation): Promise<void> {
    let bodyBytes = 0
    const hasRoom = (bytes: number) => {
      bodyBytes += bytes
      this.#bodyBytes += bytes
      return this.#bodyBytes <= this.#maxBodyBytes
    }
    this.#inFlight += 1
    try {
      const result = await this.#responseTo(request, response, expectation, hasRoom)
      if (result !== undefined && !response.destroyed && !this.#abandoned.has(response))
        await this.#send(request, response, result)
    } finally {
      this.#inFlight -= 1
      this.#bodyBytes -= bodyBytes
    }
  }

  async #send(request: IncomingMessage, response: ServerResponse, result: HttpResponse): Promise<void> {
    const isUnread = !request.complete
    const isLast = this.#isDraining || isUnread
    if (isUnread) lingerAfter(request)
    try {
      send(response, result, isLast)
    } catch (error) {
      this.#options.log.error({ err: error }, 'a function returned an invalid header')
      send(response, await this.#refuse(DEFECT, request), isLast)
    }
  }

  /** @returns undefined when nobody waits for a response any more */
  async #responseTo(
    request: IncomingMessage,
    response: ServerResponse,
    expectation: Expectation,
    hasRoom: (bytes: number) => boolean,
  ): Promise<HttpResponse | undefined> {
    const target = splitTarget(request.url ?? '')
    const refusal = this.#refusalOf(request, target, expectation)
    if (refusal !== undefined) {
      // What follows such a request on its connection may be a part of it, in the eyes of a proxy.
      response.shouldKeepAlive = false
      return this.#refuse(refusal, request)
    }
    const match = this.#options.findRoute(request.method ?? '', target.path)
    if (match === undefined) return this.#refuse(NO_ROUTE, request)
    try {
      if (Number(request.headers['content-length']) > MAX_BODY_BYTES) return await this.#refuse(BODY_TOO_LARGE, request)
      if (expectation === 'continue') response.writeContinue()
      const body = await readBody(request, { hasRoom, timeoutMs: this.#options.settings.bodyTimeoutMs })
      const event = toHttpEvent(this.#partsOf(request, target, body), match)
      const isGone = () => response.destroyed || !request.socket.writable
      return toHttpResponse(await match.target.function.invoke(event, { isGone }))
    } catch (error) {
      if (error instanceof BodyBrokenOffError) return undefined
      if (error instanceof BodyRefusedError) return this.#refuse(error.refusal, request)
      this.#options.log.error({ err: error, route: match.target.routeKey }, 'function failed')
      return this.#refuse(error instanceof FunctionTimeoutError ? FUNCTION_TIMED_OUT : DEFECT, request)
    }
  }

  #refusalOf(request: IncomingMessage, target: RequestTarget, expectation: Expectation): Refusal | undefined {
    if (this.#inFlight > MAX_IN_FLIGHT) return OVERLOADED
    return checkHead(request, target, this.#hosts) ?? (expectation === 'unknown' ? UNKNOWN_EXPECTATION : undefined)
  }

  #partsOf(request: IncomingMessage, { path, query }: RequestTarget, body?: Buffer): RequestParts {
    return {
      method: request.method,
      httpVersion: request.httpVersion,
      rawHeaders: request.rawHeaders,
      path,
      query,
      // A dual-stack socket shows an IPv4 address as an IPv6 address.
      sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
      body,
      requestId: randomUUID(),
      at: this.#arrivals.earliest(),
    }
  }

  /** @param request undefined if it could not be parsed */
  async #refuse(refusal: Refusal, request?: IncomingMessage): Promise<HttpResponse> {
    const { refusals, log } = this.#options
    if (refusals === undefined) return plainResponse(refusal)
    const parts = request && this.#partsOf(request, splitTarget(request.url ?? ''))
    try {
      const response = toHttpResponse(await refusals.invoke(toRefusedEvent(refusal, parts, this.#options.clock())))
      if (response.status === refusal.status) return response
      log.error({ refusal, status: response.status }, 'the function for refusals returned another status')
    } catch (error) {
      log.error({ err: error, refusal }, 'the function for refusals failed')
    }
    return plainResponse(refusal)
  }

  /**
   * Responds to invalid HTTP, a head that is too large or a request that does not arrive in time: once, and not before
   * the response to an earlier request, which the client would confuse with it.
   */
  async #refuseConnection(error: ConnectionError, socket: Socket): Promise<void> {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
    const pending = pendingResponseOf(socket)
    if (pending?.req.complete) await new Promise((resolve) => pending.once('close', resolve))
    else if (pending?.headersSent) return
    else if (pending !== undefined) this.#abandoned.add(pending)
    await this.#endWith(refusalOf(error, socket.bytesRead), socket)
  }

  async #refuseTunnel(request: IncomingMessage, socket: Socket): Promise<void> {
    socket.on('error', () => socket.destroy())
    await this.#endWith(NO_TUNNEL, socket, request)
  }

  async #endWith(refusal: Refusal, socket: Socket, request?: IncomingMessage): Promise<void> {
    const response = await this.#refuse(refusal, request)
    if (!socket.writable) return void socket.destroy()
    endGently(socket, rawResponse(response))
    socket.resume()
  }
}

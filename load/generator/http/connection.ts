import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ProtocolError } from './protocol-error'
import { ResponseReader } from './response-reader'

/** Where requests go. */
export interface Target {
  /** Without the brackets of an IPv6 address. */
  readonly host: string
  readonly port: number
  readonly isTls: boolean
}

/** Why a request got no answer. */
export type Failure = 'timeout' | 'connection' | 'protocol' | 'aborted'

export interface ConnectionEvents<Request> {
  connected(connection: Connection<Request>): void
  /** The answer is `connection.response`, until the next request is sent. The connection is for the owner to close. */
  answered(connection: Connection<Request>, request: Request): void
  /** The last event of a connection. `request` was under way and will not be answered. */
  closed(connection: Connection<Request>, request: Request | undefined, failure: Failure): void
}

/** All sockets of a thread read into this, one after another; what has to last is copied out of it. */
const RECEIVED = Buffer.allocUnsafeSlow(64 * 1024)

/** A connection that is kept alive, with one request at a time. */
export class Connection<Request> {
  readonly response = new ResponseReader()
  /** Noted by the owner: until when it may be used again without a request in between. */
  idleUntilMs = 0
  readonly #socket: Socket
  readonly #events: ConnectionEvents<Request>
  #request: Request | undefined
  #isConnected = false
  #isClosed = false

  /** @param giveUpAtMs noted for the owner: when to close it if it is not connected by then */
  constructor(
    target: Target,
    readonly giveUpAtMs: number,
    events: ConnectionEvents<Request>,
  ) {
    this.#events = events
    this.#socket = target.isTls ? this.#connectTls(target) : this.#connectTcp(target)
    this.#socket.setNoDelay(true)
    this.#socket.once(target.isTls ? 'secureConnect' : 'connect', () => {
      this.#isConnected = true
      events.connected(this)
    })
    this.#socket.once('end', () => this.#end())
    // What went wrong is told by the close that follows.
    this.#socket.on('error', () => undefined)
    this.#socket.once('close', () => this.close('connection'))
  }

  get isConnected(): boolean {
    return this.#isConnected
  }

  /** @param text the whole request, in Latin-1 */
  send(text: string, request: Request): void {
    this.#request = request
    this.response.next()
    this.#socket.write(text, 'latin1')
  }

  close(failure: Failure): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.destroy()
    const request = this.#request
    this.#request = undefined
    this.#events.closed(this, request, failure)
  }

  #connectTcp({ host, port }: Target): Socket {
    const callback = (length: number) => {
      this.#read(RECEIVED, length)
      return true
    }
    return connectTcp({ host, port, onread: { buffer: RECEIVED, callback } })
  }

  #connectTls({ host, port }: Target): Socket {
    const socket = connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }) })
    return socket.on('data', (bytes: Buffer) => this.#read(bytes, bytes.length))
  }

  #read(bytes: Buffer, length: number): void {
    try {
      if (!this.#isClosed && this.response.read(bytes, length)) this.#answered()
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.close('protocol')
    }
  }

  #end(): void {
    if (this.#request !== undefined && this.response.end()) this.#answered()
    this.close('connection')
  }

  #answered(): void {
    const request = this.#request
    if (request === undefined) throw new ProtocolError('an answer without a request')
    this.#request = undefined
    this.#events.answered(this, request)
  }
}

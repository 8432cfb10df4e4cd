import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ProtocolError } from './protocol-error'
import { ResponseReader } from './response-reader'

/** The address of the server. */
export interface Target {
  /** Without the brackets of an IPv6 address. */
  readonly host: string
  readonly port: number
  readonly isTls: boolean
}

/** Why a request got no response. */
export type Failure = 'timeout' | 'connection' | 'protocol' | 'aborted'

export interface ConnectionEvents<Request> {
  connected(connection: Connection<Request>): void
  /** `connection.response` is valid until the next request is sent. The owner must close the connection. */
  responded(connection: Connection<Request>, request: Request): void
  /** The last event of a connection. `request` was in flight and will get no response. */
  closed(connection: Connection<Request>, request: Request | undefined, failure: Failure): void
}

/** All sockets of a thread read into this buffer, one after another. Bytes that are needed later are copied. */
const RECEIVED = Buffer.allocUnsafeSlow(64 * 1024)

/** A persistent connection with one request at a time. */
export class Connection<Request> {
  readonly response = new ResponseReader()
  /** Used by the owner: until when an idle connection may be reused. */
  idleUntilMs = 0
  readonly #socket: Socket
  readonly #events: ConnectionEvents<Request>
  #request: Request | undefined
  #isConnected = false
  #isClosed = false

  /** @param giveUpAtMs used by the owner: when to close the connection if it is not connected by then */
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
    // The close event that follows reports the failure.
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
      if (!this.#isClosed && this.response.read(bytes, length)) this.#responded()
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.close('protocol')
    }
  }

  #end(): void {
    if (this.#request !== undefined && this.response.end()) this.#responded()
    this.close('connection')
  }

  #responded(): void {
    const request = this.#request
    if (request === undefined) throw new ProtocolError('a response without a request')
    this.#request = undefined
    this.#events.responded(this, request)
  }
}

import type { Socket } from 'node:net'
import type { ChannelModel } from 'amqplib'

/** How long the server may send nothing while it owes a response. */
export const SILENCE_LIMIT_MS = 2_000
const CHECK_INTERVAL_MS = 250

/**
 * Ends a connection whose server owes a response and sends nothing. A frozen server, or a network that drops packets,
 * closes no connection, and heartbeats detect it only after two intervals.
 *
 * Counts checks instead of time: when this process itself was frozen or busy, the bytes of the server wait in the
 * socket, and they are read before the next check.
 */
export class SilenceWatch {
  #owed = 0
  #silentChecks = 0
  #bytesRead = 0
  #timer: NodeJS.Timeout | undefined
  #endedBecause: Error | undefined

  constructor(
    private readonly connection: WatchedConnection,
    private readonly limitMs = SILENCE_LIMIT_MS,
  ) {}

  /**
   * Watches the server until it has responded to the work, however long the caller of the work waits. When the watch has
   * ended the connection, the work rejects with that reason.
   */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    if (this.#owed++ === 0) this.#start()
    try {
      return await work
    } catch (error) {
      throw this.#endedBecause ?? error
    } finally {
      if (--this.#owed === 0) clearInterval(this.#timer)
    }
  }

  #start(): void {
    this.#silentChecks = 0
    this.#bytesRead = this.connection.bytesRead
    this.#timer = setInterval(() => this.#check(), CHECK_INTERVAL_MS)
  }

  #check(): void {
    const { bytesRead, isBlocked } = this.connection
    // A server that blocks publishers (memory or disk alarm) reads nothing, so it has nothing to respond to.
    const isSilent = bytesRead === this.#bytesRead && !isBlocked
    this.#bytesRead = bytesRead
    this.#silentChecks = isSilent ? this.#silentChecks + 1 : 0
    if (this.#silentChecks * CHECK_INTERVAL_MS < this.limitMs) return
    clearInterval(this.#timer)
    this.#endedBecause = new Error(`RabbitMQ has sent nothing for ${this.limitMs} ms`)
    this.connection.end(this.#endedBecause)
  }
}

export interface WatchedConnection {
  /** All bytes that the server has sent. */
  readonly bytesRead: number
  /** The server has told its publishers to wait. */
  readonly isBlocked: boolean
  end(reason: Error): void
}

/** The types of amqplib have neither the socket nor the state. */
interface UntypedConnection {
  readonly stream: Socket
  readonly blocked: boolean
}

export function watchable({ connection }: ChannelModel): WatchedConnection {
  const { stream } = connection as unknown as UntypedConnection
  return {
    get bytesRead() {
      return stream.bytesRead
    },
    get isBlocked() {
      return (connection as unknown as UntypedConnection).blocked
    },
    // amqplib reports the error of the socket as the end of the connection. A closing handshake would get no response.
    end: (reason) => void stream.destroy(reason),
  }
}

import { connect, type Socket } from 'node:net'
import { type Direction, flowModeOf, type NetworkFault } from './network-proxy-fault'
import { NetworkFlow } from './network-proxy-flow'

export interface NetworkAddress {
  readonly host: string
  readonly port: number
}

interface Connected {
  readonly server: Socket
  readonly flows: Readonly<Record<Direction, NetworkFlow>>
}

/** One connection through the proxy: that of the client, and the one to the server that belongs to it. */
export class NetworkLink {
  readonly #client: Socket
  /** Undefined for a connection that was opened while nothing could reach the server. */
  readonly #connected: Connected | undefined
  readonly #onClosed: () => void
  #isTorn = false

  /** @param onClosed called when both sides are closed */
  constructor(client: Socket, target: NetworkAddress, fault: NetworkFault | undefined, onClosed: () => void) {
    this.#client = client
    this.#onClosed = onClosed
    client.setNoDelay(true)
    this.#watch(client)
    if (isCutOff(fault)) client.resume()
    else this.#connected = this.#connect(target, fault)
    if (fault?.kind === 'half-close') this.#halfClose(fault.direction)
  }

  /** @param fault undefined when the network works again */
  apply(fault: NetworkFault | undefined): void {
    const { flows } = this.#connected ?? {}
    if (flows === undefined || flows.toServer.isLossy || flows.toClient.isLossy) {
      this.reset()
      return
    }
    flows.toServer.mode = flowModeOf(fault, 'toServer')
    flows.toClient.mode = flowModeOf(fault, 'toClient')
    if (fault?.kind === 'half-close') this.#halfClose(fault.direction)
  }

  /** Ends both sides with RST. */
  reset(): void {
    for (const socket of [this.#client, this.#connected?.server]) socket?.resetAndDestroy()
  }

  /** Ends both sides with FIN. */
  end(): void {
    for (const socket of [this.#client, this.#connected?.server]) socket?.destroy()
  }

  #connect(target: NetworkAddress, fault: NetworkFault | undefined): Connected {
    const client = this.#client
    const server = connect({ ...target, allowHalfOpen: true, noDelay: true })
    this.#watch(server)
    const flow = (direction: Direction, from: Socket, to: Socket) =>
      new NetworkFlow(from, to, flowModeOf(fault, direction), {
        onEnd: () => void to.end(),
        onHiddenEnd: () => this.#tear(from, to),
        // The last bytes still arrive.
        onCut: () => void to.end(() => this.end()),
      })
    return { server, flows: { toServer: flow('toServer', client, server), toClient: flow('toClient', server, client) } }
  }

  #watch(side: Socket): void {
    side.on('error', () => undefined)
    side.on('close', () => this.#sideClosed(side))
  }

  #halfClose(direction: Direction): void {
    if (this.#connected === undefined) return
    const { server, flows } = this.#connected
    flows[direction].abandon()
    const receiver = direction === 'toServer' ? server : this.#client
    receiver.end()
  }

  #sideClosed(side: Socket): void {
    const { server, flows } = this.#connected ?? {}
    const [other, flow] = side === this.#client ? [server, flows?.toServer] : [this.#client, flows?.toClient]
    if (other === undefined || other.destroyed) this.#onClosed()
    else if (this.#isTorn) return
    else if (flow?.hidesCloses) this.#tear(side, other)
    else if (side.errored) other.resetAndDestroy()
  }

  /** One side is gone. The other one stays open until it closes by itself. */
  #tear(gone: Socket, left: Socket): void {
    this.#isTorn = true
    this.#connected?.flows.toServer.abandon()
    this.#connected?.flows.toClient.abandon()
    gone.destroy()
    if (left.readableEnded) left.destroy()
    else left.once('end', () => left.destroy())
  }
}

function isCutOff(fault: NetworkFault | undefined): boolean {
  const { kind } = flowModeOf(fault, 'toServer')
  return kind === 'hold' || kind === 'discard'
}

import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { NetworkFault } from './network-proxy-fault'
import { type NetworkAddress, NetworkLink } from './network-proxy-link'

const HOST = '127.0.0.1'
/** Further connections are reset. */
const MAX_CONNECTIONS = 2_000

/**
 * A TCP proxy between clients and one server, with a network that fails on demand. It works in user space: the kernel
 * accepts connections and acknowledges bytes also during a fault, so it can show neither a lost SYN nor an expired
 * keepalive.
 */
export class NetworkProxy {
  readonly #target: NetworkAddress
  readonly #links = new Set<NetworkLink>()
  #server: Server | undefined
  #port: number
  #fault: NetworkFault | undefined
  #flapping: NodeJS.Timeout | undefined

  /** @param port any free one by default */
  static async open(target: NetworkAddress, port = 0): Promise<NetworkProxy> {
    const proxy = new NetworkProxy(target, port)
    await proxy.#listen()
    return proxy
  }

  private constructor(target: NetworkAddress, port: number) {
    this.#target = target
    this.#port = port
  }

  get port(): number {
    return this.#port
  }

  /** The number of connections of which at least one side is open. */
  get connections(): number {
    return this.#links.size
  }

  /** Begins a fault in place of the current one, also for the connections that are open. */
  async apply(fault: NetworkFault): Promise<void> {
    clearInterval(this.#flapping)
    if (fault.kind === 'flap') {
      let isDown = false
      const toggle = () => {
        isDown = !isDown
        this.#begin(isDown ? { kind: 'reset' } : undefined)
      }
      this.#flapping = setInterval(toggle, fault.everyMs)
      toggle()
    } else this.#begin(fault)
    if (fault.kind !== 'refuse') await this.#listen()
  }

  /** Ends the fault. */
  async heal(): Promise<void> {
    clearInterval(this.#flapping)
    this.#begin(undefined)
    await this.#listen()
  }

  /** Ends all connections, and stops listening. */
  async close(): Promise<void> {
    clearInterval(this.#flapping)
    this.#begin({ kind: 'refuse' })
  }

  #begin(fault: NetworkFault | undefined): void {
    this.#fault = fault
    if (fault?.kind === 'refuse') this.#stopListening()
    for (const link of this.#links) {
      if (fault?.kind === 'reset') link.reset()
      else if (fault?.kind === 'refuse') link.end()
      else link.apply(fault)
    }
  }

  async #listen(): Promise<void> {
    if (this.#server !== undefined) return
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client))
    this.#server = server
    server.listen(this.#port, HOST)
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
  }

  #stopListening(): void {
    this.#server?.close()
    this.#server = undefined
  }

  #accept(client: Socket): void {
    if (this.#fault?.kind === 'reset' || this.#links.size >= MAX_CONNECTIONS) {
      client.resetAndDestroy()
      return
    }
    const link: NetworkLink = new NetworkLink(client, this.#target, this.#fault, () => this.#links.delete(link))
    this.#links.add(link)
  }
}

import { isIPv6 } from 'node:net'

/** `host[:port]` of RFC 9110, section 7.2. Brackets contain an IPv6 address. */
const AUTHORITY = /^(?:\[([\da-f:.]+)\]|((?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+))(?::(\d{0,5}))?$/i
const LARGEST_PORT = 65_535

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Host headers that were allowed. The limit bounds the memory, because the port in the header is arbitrary. */
const REMEMBERED = 1_000

export type HostVerdict = 'allowed' | 'malformed' | 'foreign'

/**
 * The names that a Host header may have. A browser sends the name of the address that it opened. A site whose name
 * resolves to this machine (DNS rebinding) sends its own name, so it is refused. The port does not matter.
 */
export class HostNames {
  readonly #names: Set<string>
  readonly #allowsAll: boolean
  readonly #allowed = new Set<string>()

  /** @param names in addition to the loopback names. `*` allows all names. */
  constructor(names: readonly string[]) {
    this.#names = new Set([...LOOPBACK, ...names.map((name) => name.toLowerCase())])
    this.#allowsAll = names.includes('*')
  }

  /** Adds the address at which the server listens. */
  add(address: string): void {
    this.#names.add(isIPv6(address) ? `[${address}]` : address.toLowerCase())
  }

  /**
   * @param host a Host header, or the authority of a request target
   * @param localAddress the address of this machine at which the connection arrived; it is always allowed
   */
  check(host: string, localAddress: string | undefined): HostVerdict {
    if (this.#allowed.has(host)) return 'allowed'
    const name = nameIn(host)
    if (name === undefined) return 'malformed'
    if (this.#allowsAll || this.#names.has(name)) {
      if (this.#allowed.size < REMEMBERED) this.#allowed.add(host)
      return 'allowed'
    }
    return name === nameOf(localAddress) ? 'allowed' : 'foreign'
  }
}

/** The name in lower case, without the port and without the dot that may end an absolute name. */
function nameIn(host: string): string | undefined {
  const [, ipv6, name, port] = AUTHORITY.exec(host) ?? []
  if (port !== undefined && Number(port) > LARGEST_PORT) return undefined
  if (ipv6 !== undefined) return isIPv6(ipv6) ? `[${ipv6.toLowerCase()}]` : undefined
  return name?.toLowerCase().replace(/\.$/, '')
}

function nameOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined
  // A dual-stack socket shows an IPv4 address as an IPv6 address.
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
  return isIPv6(plain) ? `[${plain}]` : plain
}

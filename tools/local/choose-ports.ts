import type { Config } from '@ecommerce/runtime/config'
import { findFreePort, isPortFree } from './free-port'
import type { Server } from './server'

export interface PortChoice {
  readonly config: Config
  /** One sentence for each port that differs from the configuration. */
  readonly moves: readonly string[]
}

export interface PortChoiceOptions {
  readonly setByUser: ReadonlySet<string>
  /** Ports of servers that do not listen yet. The chosen ports are added. */
  readonly reserved: Set<number>
  /** A description of the program on the first port, e.g. "it refuses user root". */
  readonly occupant?: string | undefined
  readonly isFree?: (port: number) => Promise<boolean>
}

/** Another program uses a port that the user set. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  readonly code = 'port-taken'

  constructor(key: string, port: number, occupant = 'another program listens there') {
    super(`port ${port}, set by ${key}, is taken: ${occupant}. Free it or set ${key} to another port.`)
  }
}

/**
 * The ports for a server that will be started: the configured ports where they are free, else the next free ports.
 * @throws {PortTakenError} when the user set a port that is taken
 */
export async function choosePorts(server: Server, config: Config, options: PortChoiceOptions): Promise<PortChoice> {
  const { setByUser, reserved, occupant = 'another program listens there', isFree = isPortFree } = options
  const chosen: number[] = []
  const moves: string[] = []
  for (const [index, { key, port }] of server.ports(config).entries()) {
    const free = await findFreePort(port, reserved, isFree)
    if (free !== port) {
      const why = index === 0 ? occupant : 'another program listens there'
      if (setByUser.has(key)) throw new PortTakenError(key, port, why)
      moves.push(`${server.title} uses port ${free} instead of ${port}: ${why}`)
    }
    reserved.add(free)
    chosen.push(free)
  }
  return { config: server.withPorts(config, chosen), moves }
}

import type { DatabaseAddress } from './connection-options'
import { isConnectionFailure, NoServerError } from './mysql-error'
import type { OpenConnection } from './open-connection'
import type { TimeLeft } from './time-left'

/** A server that has failed is tried last for this long. */
const AVOID_MS = 10_000

/** Opens a connection to a server. @throws when there is none in time */
export type Opener = (address: DatabaseAddress, timeLeft: TimeLeft) => Promise<OpenConnection>

interface Server {
  readonly address: DatabaseAddress
  /** Undefined: it has not failed since it was last connected to. */
  failedAt: number | undefined
}

/**
 * Connects to the first server of a list that accepts writes. Without one, it connects to the first that responds, so
 * that reads work while no server accepts writes.
 */
export class ServerList {
  readonly #servers: readonly Server[]
  #current: DatabaseAddress | undefined

  constructor(
    addresses: readonly DatabaseAddress[],
    private readonly open: Opener,
  ) {
    this.#servers = addresses.map((address) => ({ address, failedAt: undefined }))
  }

  /** The server that was found writable last. Undefined before the first one. */
  get current(): DatabaseAddress | undefined {
    return this.#current
  }

  /** @throws {NoServerError} with the reason of every server */
  async connect(timeLeft: TimeLeft): Promise<OpenConnection> {
    const failures: { server: Server; error: unknown }[] = []
    let readOnly: OpenConnection | undefined
    for (const server of this.#inOrder()) {
      // Somebody may only want to read, and should not wait for a server that has just failed.
      if (readOnly && this.#isAvoided(server)) break
      try {
        const connection = await this.open(server.address, timeLeft)
        if (connection.isWritable) {
          server.failedAt = undefined
          this.#current = server.address
          void readOnly?.close()
          return connection
        }
        if (readOnly) void connection.close()
        else readOnly = connection
      } catch (error) {
        failures.push({ server, error })
      }
      server.failedAt = performance.now()
    }
    if (readOnly) return readOnly
    throw failureOf(failures)
  }

  /** Tries the server last for a while, because it does not accept writes any more. */
  avoid(address: DatabaseAddress): void {
    for (const server of this.#servers) if (server.address === address) server.failedAt = performance.now()
  }

  #inOrder(): readonly Server[] {
    const avoided = this.#servers.filter((server) => this.#isAvoided(server))
    return [...this.#servers.filter((server) => !avoided.includes(server)), ...avoided]
  }

  #isAvoided({ failedAt }: Server): boolean {
    return failedAt !== undefined && performance.now() - failedAt < AVOID_MS
  }
}

export function nameOf({ host, port }: DatabaseAddress): string {
  return `${host}:${port}`
}

function failureOf(failures: readonly { server: Server; error: unknown }[]): unknown {
  const reasons = failures.map(({ server, error }) => `${nameOf(server.address)}: ${messageOf(error)}`)
  const [first] = failures
  if (failures.length === 1 && isConnectionFailure(first?.error)) return first?.error
  return new NoServerError(`no MySQL server can be used (${reasons.join('; ')})`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import { connect, type Socket } from 'node:net'
import { withinTime } from '@ecommerce/domain'
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise'
import { type ConnectionDifferences, connectionOptions, type DatabaseAddress } from './connection-options'
import { ReadOnlyServerError } from './mysql-error'
import type { QueryConnection, SqlValue } from './session'
import { type ServerLimits, sessionSettings } from './session-settings'

export interface RoleRow extends RowDataPacket {
  readonly readOnly: number | string
  readonly innodbReadOnly: number | string
}

/** MySQL sets `read_only` together with `super_read_only`. The readers of Aurora have a read-only InnoDB. */
export const ROLE_QUERY = 'SELECT @@global.read_only AS readOnly, @@global.innodb_read_only AS innodbReadOnly'

/** A network that drops packets without a message is noticed soon after this time, even on a connection that waits. */
const KEEPALIVE_AFTER_MS = 5_000

/** How long the server may take to close a connection after the goodbye. */
const GOODBYE_MS = 1_000

/** A connection with the settings of the session. */
export class OpenConnection implements QueryConnection {
  readonly openedAt = performance.now()
  #isOpen = true

  constructor(
    readonly address: DatabaseAddress,
    /** Whether the server accepted writes when the connection was opened. */
    readonly isWritable: boolean,
    readonly connection: Connection,
    private readonly socket: Socket,
  ) {
    for (const ending of ['end', 'error']) {
      connection.once(ending, () => {
        this.#isOpen = false
      })
    }
  }

  /** False after the server has closed the connection, or the network has failed. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  query(options: { readonly sql: string; readonly timeout: number }, values: SqlValue[]): Promise<readonly unknown[]> {
    return this.connection.query(options, values)
  }

  /**
   * Reads the role of the server. An account with many privileges may write to a read-only server, and gets no error.
   * @throws {ReadOnlyServerError} or the error of the query; then the connection is closed
   */
  async assertWritable(timeoutMs: number): Promise<void> {
    try {
      const [rows] = await this.connection.query<RoleRow[]>({ sql: ROLE_QUERY, timeout: timeoutMs })
      assertWritable(rows[0], `${this.address.host}:${this.address.port}`)
    } catch (error) {
      this.destroy()
      throw error
    }
  }

  /** Closes the connection, and does not wait for anything. */
  destroy(): void {
    this.#isOpen = false
    destroy(this.connection, this.socket)
  }

  /** Closes the connection with a message to the server. Never rejects, and takes a second at most. */
  async close(): Promise<void> {
    this.#isOpen = false
    try {
      await withinTime(this.connection.end(), GOODBYE_MS, () => new Error('no goodbye'))
      // Now the server closes the connection, unless it is unreachable.
      setTimeout(() => this.socket.destroy(), GOODBYE_MS).unref()
    } catch {
      this.destroy()
    }
  }
}

export interface OpeningLimits extends ServerLimits {
  /** The longest time for opening the connection, and again for the settings. */
  readonly connectTimeoutMs: number
}

/** Opens a connection, and sets everything that the statements rely on, in one round trip. */
export async function openConnection(
  address: DatabaseAddress,
  limits: OpeningLimits,
  differences: ConnectionDifferences = {},
): Promise<OpenConnection> {
  const { connectTimeoutMs } = limits
  const options = connectionOptions(address, { multipleStatements: true, connectTimeoutMs, ...differences })
  const { host, port } = address
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_AFTER_MS })
  const connection = await mysql.createConnection({ ...options, stream: socket })
  // Without a listener, an error of an idle connection would end the process.
  connection.on('error', () => undefined)
  try {
    return new OpenConnection(address, await prepare(connection, limits), connection, socket)
  } catch (error) {
    destroy(connection, socket)
    throw error
  }
}

/** mysql2 only ends its half of the connection. An unreachable server would never end the other half. */
function destroy(connection: Connection, socket: Socket): void {
  connection.destroy()
  socket.destroy()
}

/** Whether the server accepts writes: MySQL and MariaDB return numbers, or words such as OFF. */
export function isWritable({ readOnly, innodbReadOnly }: Pick<RoleRow, 'readOnly' | 'innodbReadOnly'>): boolean {
  return [readOnly, innodbReadOnly].every((value) => Number(value) === 0 || value === 'OFF')
}

/** @throws {ReadOnlyServerError} */
export function assertWritable(row: Pick<RoleRow, 'readOnly' | 'innodbReadOnly'> | undefined, server: string): void {
  if (row && !isWritable(row)) throw new ReadOnlyServerError(server)
}

async function prepare(connection: Connection, limits: OpeningLimits): Promise<boolean> {
  const sql = [...sessionSettings(limits), ROLE_QUERY].join(';\n')
  const [results] = await connection.query<RowDataPacket[][]>({ sql, timeout: limits.connectTimeoutMs })
  const role = results.at(-1)?.[0] as RoleRow | undefined // the last statement is the query of the role
  return role === undefined || isWritable(role)
}

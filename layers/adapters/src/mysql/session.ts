import { isoTime } from '@ecommerce/domain'
import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'

/** A value mysql2 escapes: rows of them for a multi-row insert, lists of them for IN. */
export type SqlValue = string | number | boolean | Date | Buffer | null | undefined | SqlValue[]

/** A time as MySQL reads it: mysql2 takes longer to write a date, and here they come by the hundred. */
export function toSqlTime(at: Date): string {
  return isoTime(at).slice(0, -1)
}

/** What a session needs of a connection. */
export interface QueryConnection {
  /** @returns the results, and what describes them */
  query(options: { readonly sql: string; readonly timeout: number }, values: SqlValue[]): Promise<readonly unknown[]>
}

export interface Statement {
  readonly sql: string
  readonly values: SqlValue[]
}

/**
 * Statements on one connection, each bounded in time. Values are always passed apart from the SQL.
 *
 * A round trip costs more than most statements do, and in a busy process its answer waits for its turn in the event
 * loop. So a statement whose result nobody needs can travel with the next one: see `later`.
 */
export class Session {
  #pending: Statement[] = []

  constructor(
    private readonly connection: QueryConnection,
    private readonly timeoutMs: number,
  ) {}

  async rows<Row>(sql: string, values: SqlValue[] = []): Promise<(Row & RowDataPacket)[]> {
    return this.#send<(Row & RowDataPacket)[]>({ sql, values })
  }

  /** Two queries in one round trip. */
  async rowsOfBoth<First, Second>(
    first: Statement,
    second: Statement,
  ): Promise<[(First & RowDataPacket)[], (Second & RowDataPacket)[]]> {
    const results = await this.#sendAll([first, second])
    // The statements were two queries: the last two results are their rows.
    return results.slice(-2) as [(First & RowDataPacket)[], (Second & RowDataPacket)[]]
  }

  async write(sql: string, values: SqlValue[] = []): Promise<ResultSetHeader> {
    return this.#send<ResultSetHeader>({ sql, values })
  }

  /**
   * Queues a statement; it runs before the next `rows` or `write`, in the same round trip. If it fails, so does that
   * one, and what comes after it does not run.
   */
  later(sql: string, values: SqlValue[] = []): void {
    this.#pending.push({ sql, values })
  }

  /** Takes back what the transaction did, and forgets what was still to be sent. */
  async rollBack(): Promise<void> {
    this.#pending = []
    await this.write('ROLLBACK')
  }

  async #send<Result extends ResultSetHeader | RowDataPacket[]>(statement: Statement): Promise<Result> {
    const results = await this.#sendAll([statement])
    return results.at(-1) as Result // mysql2's types do not know which kind of result a statement has
  }

  /** @returns the results of all that was sent, the pending statements' first */
  async #sendAll(awaited: readonly Statement[]): Promise<unknown[]> {
    const statements = [...this.#pending, ...awaited]
    this.#pending = []
    const sql = statements.map((statement) => statement.sql).join(';\n')
    const values = statements.flatMap((statement) => statement.values)
    const [answer] = await this.connection.query({ sql, timeout: this.timeoutMs }, values)
    // mysql2 answers one statement with its result and several with an array of results.
    return statements.length === 1 ? [answer] : (answer as unknown[])
  }
}

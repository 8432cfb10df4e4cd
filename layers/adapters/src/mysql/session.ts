import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'

/** A value mysql2 escapes: rows of them for a multi-row insert, lists of them for IN. */
export type SqlValue = string | number | boolean | Date | null | undefined | SqlValue[]

/** Statements on one connection, each bounded in time. Values are always passed apart from the SQL. */
export class Session {
  constructor(
    private readonly connection: PoolConnection,
    private readonly timeoutMs: number,
  ) {}

  async rows<Row>(sql: string, values: SqlValue[] = []): Promise<(Row & RowDataPacket)[]> {
    const [rows] = await this.connection.query<(Row & RowDataPacket)[]>(this.#statement(sql), values)
    return rows
  }

  async write(sql: string, values: SqlValue[] = []): Promise<ResultSetHeader> {
    const [result] = await this.connection.query<ResultSetHeader>(this.#statement(sql), values)
    return result
  }

  #statement(sql: string) {
    return { sql, timeout: this.timeoutMs }
  }
}

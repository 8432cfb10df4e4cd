import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withConnection } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise'

const MIGRATIONS = join(import.meta.dirname, 'migrations')
const LOCK = 'ecommerce_migrations'
const LOCK_WAIT_SECONDS = 60

/** Nothing is hidden: the message says which migration, why, and what state it left. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
  readonly code = 'migration-failed'
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

interface RecordedMigration extends RowDataPacket {
  name: string
  checksum: string
  finished_at: Date | null
}

/**
 * Creates the database if need be and applies the numbered SQL files that are not applied yet, in order, one process
 * at a time. MySQL commits every DDL statement by itself, so a migration can't be rolled back as a whole: it is
 * recorded before it begins and marked when it has finished, and one that did not finish stops every later run until
 * somebody has looked.
 * @throws {MigrationError}
 */
export function migrate(config: Config, directory = MIGRATIONS): Promise<{ applied: string[] }> {
  return withConnection(
    config,
    async (connection) => {
      await createDatabase(connection, config.MYSQL_DATABASE)
      await lock(connection)
      return { applied: await applyPending(connection, directory) }
    },
    { selectDatabase: false, multipleStatements: true },
  )
}

async function applyPending(connection: Connection, directory: string): Promise<string[]> {
  await connection.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name        VARCHAR(100) NOT NULL PRIMARY KEY,
    checksum    CHAR(64) NOT NULL,
    started_at  DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL
  )`)
  const [recorded] = await connection.query<RecordedMigration[]>('SELECT * FROM schema_migrations')
  const pending = findPending(await readMigrations(directory), recorded)
  for (const migration of pending) await apply(connection, migration)
  return pending.map(({ name }) => name)
}

/** @throws {MigrationError} when an applied migration was changed, or one began and did not finish */
function findPending(migrations: readonly Migration[], recorded: readonly RecordedMigration[]): Migration[] {
  const byName = new Map(recorded.map((migration) => [migration.name, migration]))
  return migrations.filter(({ name, checksum }) => {
    const earlier = byName.get(name)
    if (earlier?.finished_at === null) throw new MigrationError(halfApplied(name))
    if (earlier && earlier.checksum !== checksum) {
      throw new MigrationError(`${name} was changed after it was applied: add a new migration instead`)
    }
    return earlier === undefined
  })
}

async function apply(connection: Connection, { name, sql, checksum }: Migration): Promise<void> {
  await connection.query('INSERT INTO schema_migrations (name, checksum, started_at) VALUES (?, ?, ?)', [
    name,
    checksum,
    new Date(),
  ])
  try {
    await connection.query(sql)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new MigrationError(`${halfApplied(name)}\nThe error was: ${reason}`, { cause: error })
  }
  await connection.query('UPDATE schema_migrations SET finished_at = ? WHERE name = ?', [new Date(), name])
}

function halfApplied(name: string): string {
  return `${name} began and did not finish: the database may hold a part of it. Undo that part by hand, then
  DELETE FROM schema_migrations WHERE name = '${name}' and migrate again.`
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(directory, name), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function createDatabase(connection: Connection, name: string): Promise<void> {
  const database = mysql.escapeId(name)
  await connection.query(`CREATE DATABASE IF NOT EXISTS ${database} CHARACTER SET utf8mb4`)
  await connection.query(`USE ${database}`)
}

async function lock(connection: Connection): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(CONCAT(?, DATABASE()), ?) AS locked', [
    LOCK,
    LOCK_WAIT_SECONDS,
  ])
  if (rows[0]?.locked !== 1) throw new MigrationError('another process has been migrating for a minute: giving up')
}

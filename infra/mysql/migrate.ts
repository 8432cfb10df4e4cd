import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CREATE_LEASES, type Database, indexProducts, Lease, withConnection } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise'
import { openDatabase } from './open-database'
import { asAdministrator, createShopAccount } from './shop-account'

const MIGRATIONS = join(import.meta.dirname, 'migrations')
const LEASE_NAME = 'migrations'
/** When a migrating process dies, another one may start after this time. */
const LEASE_MS = 15_000
const LEASE_POLL_MS = 200
const LEASE_WAIT_MS = 60_000

/** A migration failed. The message names the migration, the reason and the state of the database. */
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
 * Creates the database if it does not exist, and applies the new SQL files in the order of their numbers. Only one
 * process migrates at a time. MySQL commits every DDL statement separately, so a migration cannot be rolled back as a
 * whole. So it is recorded before it starts, and marked when it has finished. An unfinished migration stops every later
 * run until somebody has repaired the database.
 *
 * Also creates the account of the functions, if there is another one for migrations (MYSQL_ADMIN_USER).
 *
 * Then writes the words of products that have none: SQL cannot split a text into words.
 * @throws {MigrationError}
 */
export async function migrate(config: Config, directory = MIGRATIONS): Promise<{ applied: string[] }> {
  const administrator = asAdministrator(config)
  await withConnection(
    administrator,
    async (connection) => {
      await createDatabase(connection, config.MYSQL_DATABASE)
      await createShopAccount(connection, config)
    },
    { selectDatabase: false },
  )
  return withDatabase(administrator, async (database) => {
    const lease = await waitForLease(database)
    try {
      const applied = await lease.renewDuring(() =>
        withConnection(administrator, (connection) => applyPending({ connection, directory, lease })),
      )
      if (directory === MIGRATIONS) await indexProducts(database)
      return { applied }
    } finally {
      await lease.release()
    }
  })
}

async function withDatabase<Result>(config: Config, work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = openDatabase(config)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

async function waitForLease(database: Database): Promise<Lease> {
  const endsAt = performance.now() + LEASE_WAIT_MS
  for (;;) {
    const lease = await Lease.acquire(database, LEASE_NAME, LEASE_MS)
    if (lease) return lease
    if (performance.now() > endsAt) {
      throw new MigrationError('another process is migrating, and has not finished within a minute')
    }
    await delay(LEASE_POLL_MS)
  }
}

interface Run {
  readonly connection: Connection
  readonly directory: string
  readonly lease: Lease
}

async function applyPending({ connection, directory, lease }: Run): Promise<string[]> {
  await connection.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name        VARCHAR(100) NOT NULL PRIMARY KEY,
    checksum    CHAR(64) NOT NULL,
    started_at  DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL
  )`)
  const [recorded] = await connection.query<RecordedMigration[]>('SELECT * FROM schema_migrations')
  const pending = findPending(await readMigrations(directory), recorded)
  for (const migration of pending) {
    if (lease.isLost) throw new MigrationError('another process has started to migrate. Run this again afterwards')
    await apply(connection, migration)
  }
  return pending.map(({ name }) => name)
}

/** @throws {MigrationError} when an applied migration was changed, or a migration did not finish */
function findPending(migrations: readonly Migration[], recorded: readonly RecordedMigration[]): Migration[] {
  const byName = new Map(recorded.map((migration) => [migration.name, migration]))
  return migrations.filter(({ name, checksum }) => {
    const earlier = byName.get(name)
    if (earlier?.finished_at === null) throw new MigrationError(halfApplied(name))
    if (earlier && earlier.checksum !== checksum) {
      throw new MigrationError(
        `${name} was changed after it was applied. Undo the change, and add a new migration instead`,
      )
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
  return `${name} started and did not finish, so the database may contain a part of it. Undo that part by hand, run
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
  await connection.query(CREATE_LEASES)
}

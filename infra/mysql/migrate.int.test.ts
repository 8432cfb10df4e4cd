import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withConnection } from '@ecommerce/adapters/mysql'
import { type Config, readConfig } from '@ecommerce/runtime/config'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MigrationError, migrate } from './migrate'

let config: Config
let directory: string
beforeEach(async () => {
  config = { ...readConfig(), MYSQL_DATABASE: `ecommerce_test_${randomBytes(6).toString('hex')}` }
  directory = await mkdtemp(join(tmpdir(), 'migrations-'))
})
afterEach(async () => {
  await query(`DROP DATABASE IF EXISTS ${config.MYSQL_DATABASE}`, { selectDatabase: false })
  await rm(directory, { recursive: true })
})

function query(sql: string, { selectDatabase } = { selectDatabase: true }): Promise<RowDataPacket[]> {
  const work = async (connection: Connection) => (await connection.query<RowDataPacket[]>(sql))[0]
  return withConnection(config, work, { selectDatabase })
}

const select = (sql: string) => query(sql)
const write = (name: string, sql: string) => writeFile(join(directory, name), sql)

async function tables(): Promise<string[]> {
  const rows = await select('SHOW TABLES')
  return rows.flatMap((row) => Object.values(row)).filter((name) => !['schema_migrations', 'leases'].includes(name))
}

describe('migrating', () => {
  it('creates the database and applies all files, in the order of their names', async () => {
    await write('0002_insert.sql', 'INSERT INTO a VALUES (1); INSERT INTO a VALUES (2)')
    await write('0001_a.sql', 'CREATE TABLE a (id INT PRIMARY KEY)')
    await write('notes.txt', 'no SQL')

    const { applied } = await migrate(config, directory)

    expect(applied).toEqual(['0001_a.sql', '0002_insert.sql'])
    expect(await select('SELECT id FROM a')).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('applies each file once', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id INT)')
    await migrate(config, directory)

    expect(await migrate(config, directory)).toEqual({ applied: [] })
    await write('0002_b.sql', 'CREATE TABLE b (id INT)')
    expect(await migrate(config, directory)).toEqual({ applied: ['0002_b.sql'] })
  })

  it('applies each file once when several start at the same time', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id INT)')
    await write('0002_b.sql', 'INSERT INTO a VALUES (1)')

    const results = await Promise.all(Array.from({ length: 4 }, () => migrate(config, directory)))

    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 2])
    expect(await select('SELECT id FROM a')).toEqual([{ id: 1 }])
  })

  it('refuses a file that was changed after it was applied, and applies nothing', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id INT)')
    await migrate(config, directory)
    await write('0001_a.sql', 'CREATE TABLE a (id BIGINT)')
    await write('0002_b.sql', 'CREATE TABLE b (id INT)')

    const second = migrate(config, directory)

    await expect(second).rejects.toThrow(MigrationError)
    await expect(second).rejects.toThrow('0001_a.sql was changed after it was applied')
    expect(await tables()).toEqual(['a'])
  })

  it('reports which file failed and why, and applies no further files', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id INT)')
    await write('0002_b.sql', 'CREATE TABLE b (id INT); CREATE TABLE nonsense (')
    await write('0003_c.sql', 'CREATE TABLE c (id INT)')

    const migration = migrate(config, directory)

    await expect(migration).rejects.toThrow(MigrationError)
    await expect(migration).rejects.toThrow('0002_b.sql started and did not finish')
    await expect(migration).rejects.toMatchObject({ code: 'migration-failed', cause: { code: 'ER_PARSE_ERROR' } })
    expect(await tables()).toEqual(['a', 'b'])
  })

  it('records a failed file as unfinished, and refuses to continue until it is repaired', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id INT); CREATE TABLE nonsense (')
    await expect(migrate(config, directory)).rejects.toThrow(MigrationError)
    await write('0001_a.sql', 'CREATE TABLE IF NOT EXISTS a (id INT)')

    await expect(migrate(config, directory)).rejects.toThrow('0001_a.sql started and did not finish')

    expect(await select('SELECT name, finished_at FROM schema_migrations')).toEqual([
      { name: '0001_a.sql', finished_at: null },
    ])
    await select("DELETE FROM schema_migrations WHERE name = '0001_a.sql'")
    expect(await migrate(config, directory)).toEqual({ applied: ['0001_a.sql'] })
  })

  it('applies the migrations of the project to an empty database', async () => {
    const { applied } = await migrate(config)

    expect(applied.length).toBeGreaterThan(0)
    expect(await tables()).toEqual(expect.arrayContaining(['products', 'stock_ledger', 'orders', 'outbox']))
    expect(await migrate(config)).toEqual({ applied: [] })
  })
})

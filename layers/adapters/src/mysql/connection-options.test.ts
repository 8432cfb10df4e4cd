import { describe, expect, it } from 'vitest'
import { connectionOptions, databaseOptions } from './connection-options'

const address = databaseOptions({
  MYSQL_HOST: 'db.example.com',
  MYSQL_PORT: 3307,
  MYSQL_USER: 'shop',
  MYSQL_PASSWORD: 'secret',
  MYSQL_DATABASE: 'ecommerce',
  MYSQL_POOL_SIZE: 10,
  MYSQL_QUERY_TIMEOUT_MS: 3_000,
  MYSQL_RETRY_WITHIN_MS: 2_000,
})

describe('the options of a MySQL connection', () => {
  it('name the server, the account and the database, with UTF-8 and times in UTC', () => {
    expect(connectionOptions(address)).toEqual({
      host: 'db.example.com',
      port: 3307,
      user: 'shop',
      password: 'secret',
      database: 'ecommerce',
      multipleStatements: false,
      charset: 'utf8mb4_unicode_520_ci',
      timezone: 'Z',
    })
  })

  it('name no database for a connection to the server alone', () => {
    expect(connectionOptions(address, { selectDatabase: false })).not.toHaveProperty('database')
  })

  it('differ only in what the caller names', () => {
    expect(connectionOptions(address, { connectTimeoutMs: 500, multipleStatements: true })).toEqual({
      ...connectionOptions(address),
      connectTimeout: 500,
      multipleStatements: true,
    })
  })
})

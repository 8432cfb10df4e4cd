import { describe, expect, it } from 'vitest'
import { connectionOptions, databaseOptions, serverAddresses } from './connection-options'

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
      supportBigNumbers: true,
      jsonStrings: true,
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

describe('the servers of a list', () => {
  it.each([
    ['127.0.0.1', [['127.0.0.1', 3306]]],
    [
      'db1, db2:3307 ,db3',
      [
        ['db1', 3306],
        ['db2', 3307],
        ['db3', 3306],
      ],
    ],
    [
      '[::1]:3307,[fd00::2]',
      [
        ['::1', 3307],
        ['fd00::2', 3306],
      ],
    ],
    ['::1', [['::1', 3306]]],
  ])('are read from %s', (MYSQL_HOST, servers) => {
    const found = serverAddresses({ MYSQL_HOST, MYSQL_PORT: 3306 })

    expect(found.map(({ host, port }) => [host, port])).toEqual(servers)
  })

  it('are the first one and its fallbacks in the options of a database', () => {
    const options = databaseOptions({
      MYSQL_HOST: 'db1,db2:3307',
      MYSQL_PORT: 3306,
      MYSQL_USER: 'shop',
      MYSQL_PASSWORD: 'secret',
      MYSQL_DATABASE: 'ecommerce',
      MYSQL_POOL_SIZE: 10,
      MYSQL_QUERY_TIMEOUT_MS: 3_000,
      MYSQL_RETRY_WITHIN_MS: 2_000,
    })

    expect(options).toMatchObject({ host: 'db1', port: 3306, fallbacks: [{ host: 'db2', port: 3307 }] })
  })
})

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  ConfigError,
  environmentSchema,
  parseConfig,
  readConfig,
  readHome,
  readUserSettings,
  SERVERS_ENV_FILE,
} from './config'

/** What was wrong, as its reader sees it. */
function errorOf(environment: Record<string, string>): ConfigError {
  try {
    parseConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  return expect.fail('it was accepted')
}

describe('parsing the environment', () => {
  it('needs no setting on a desk', () => {
    expect(parseConfig({})).toMatchObject({
      NODE_ENV: 'development',
      MYSQL_HOST: '127.0.0.1',
      MYSQL_PORT: 3306,
      KAFKA_BROKERS: ['127.0.0.1:9092'],
    })
  })

  it('parses numbers and lists', () => {
    const config = parseConfig({ MYSQL_PORT: '3307', KAFKA_BROKERS: 'one:9092, two:9092' })

    expect(config).toMatchObject({ MYSQL_PORT: 3307, KAFKA_BROKERS: ['one:9092', 'two:9092'] })
  })

  it.each([
    ['amqp://guest:guest@one:5672/', ['amqp://guest:guest@one:5672/']],
    ['amqp://one, amqp://two/,amqps://three//', ['amqp://one', 'amqp://two/', 'amqps://three//']],
    ['amqp://a:p,w@one/shop,amqp://a:p,w@two/shop', ['amqp://a:p,w@one/shop', 'amqp://a:p,w@two/shop']],
  ])('parses the nodes of a RabbitMQ cluster from %s', (RABBITMQ_URL, urls) => {
    expect(parseConfig({ RABBITMQ_URL }).RABBITMQ_URL).toEqual(urls)
  })

  it.each([
    'http://one',
    'amqp://one,',
    'amqp://one,two',
    'amqp://one/shop,amqp://two/other',
    'amqp://one,amqp://two/x',
  ])('refuses %s as the address of RabbitMQ', (RABBITMQ_URL) => {
    expect(errorOf({ RABBITMQ_URL }).keys).toEqual(['RABBITMQ_URL'])
  })

  it.each(['https://id.example', 'https://id.example/', 'https://id.example/realms/shop', 'http://localhost:8089'])(
    'accepts the issuer %s unchanged',
    (AUTH_ISSUER) => {
      expect(parseConfig({ AUTH_ISSUER, AUTH_AUDIENCE: 'shop, web-client' })).toMatchObject({
        AUTH_ISSUER,
        AUTH_AUDIENCE: ['shop', 'web-client'],
      })
    },
  )

  it.each([
    'http://id.example',
    'http://10.0.0.1',
    'http://localhost.example',
    'https://user:password@id.example',
    'https://id.example?tenant=1',
    'ftp://id.example',
    'id.example',
  ])('refuses the issuer %s', (AUTH_ISSUER) => {
    expect(errorOf({ AUTH_ISSUER, AUTH_AUDIENCE: 'shop' }).keys).toEqual(['AUTH_ISSUER'])
  })

  it.each([
    { given: { AUTH_ISSUER: 'https://id.example' }, missing: 'AUTH_AUDIENCE' },
    { given: { AUTH_AUDIENCE: 'shop' }, missing: 'AUTH_ISSUER' },
  ])('needs $missing too', ({ given, missing }) => {
    expect(errorOf(given).keys).toEqual([missing])
  })

  it('counts an empty variable as unset', () => {
    expect(parseConfig({ MYSQL_PORT: '', RABBITMQ_QUEUE: '' })).toEqual(parseConfig({}))
  })

  it('ignores variables of other programs', () => {
    expect(parseConfig({ PATH: '/bin', MYSQL_SOMETHING: 'x' })).toEqual(parseConfig({}))
  })

  it('names all invalid keys together', () => {
    const error = errorOf({ MYSQL_PORT: 'x', LOG_LEVEL: 'loud', KAFKA_BROKERS: 'nowhere', ORDER_BATCH_SIZE: '0' })

    expect([...error.keys].sort()).toEqual(['KAFKA_BROKERS', 'LOG_LEVEL', 'MYSQL_PORT', 'ORDER_BATCH_SIZE'])
    for (const key of error.keys) expect(error.message).toContain(key)
  })

  it.each(Object.keys(environmentSchema.shape))('never shows the value of an invalid %s', (key) => {
    const value = 's3cr!et value, ('.repeat(20)
    const result = () => parseConfig({ [key]: value })

    let message = ''
    try {
      result()
    } catch (error) {
      message = error instanceof Error ? error.message : ''
    }

    expect(message).not.toContain('s3cr')
  })

  it('names the key of a secret that is too short, and not the secret', () => {
    const error = errorOf({ ORDER_ID_SECRET: 'hunter2' })

    expect(error.keys).toEqual(['ORDER_ID_SECRET'])
    expect(error.message).not.toContain('hunter2')
  })
})

describe('reading the configuration', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'config-'))
    mkdirSync(join(directory, '.local'))
    // Whatever was set before comes back afterwards.
    for (const key of Object.keys(environmentSchema.shape)) vi.stubEnv(key, undefined)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(directory, { recursive: true })
  })
  const write = (file: string, text: string) => writeFileSync(join(directory, file), text)

  it('prefers the environment to .env, and .env to the addresses that npm start recorded', () => {
    vi.stubEnv('MYSQL_HOST', 'from-environment')
    write('.env', 'MYSQL_HOST=from-dotenv\nMYSQL_USER=from-dotenv\n')
    write(SERVERS_ENV_FILE, "MYSQL_HOST='from-servers'\nMYSQL_USER='from-servers'\nMYSQL_DATABASE='from_servers'\n")

    expect(readConfig(directory)).toMatchObject({
      MYSQL_HOST: 'from-environment',
      MYSQL_USER: 'from-dotenv',
      MYSQL_DATABASE: 'from_servers',
      MYSQL_PORT: 3306,
    })
  })

  it('treats an empty variable as unset', () => {
    vi.stubEnv('MYSQL_HOST', '')
    write('.env', 'MYSQL_HOST=from-dotenv\nMYSQL_USER=\n')
    write(SERVERS_ENV_FILE, "MYSQL_USER='from-servers'\n")

    expect(readConfig(directory)).toMatchObject({ MYSQL_HOST: 'from-dotenv', MYSQL_USER: 'from-servers' })
  })

  it('needs neither file', () => {
    expect(readConfig(directory)).toEqual(parseConfig({}))
  })

  it('distinguishes what the user has chosen from what npm start has recorded', () => {
    vi.stubEnv('MYSQL_HOST', 'from-environment')
    write('.env', 'MYSQL_HOST=from-dotenv\nMYSQL_USER=from-dotenv\nMYSQL_PORT=\n')
    write(SERVERS_ENV_FILE, "MYSQL_DATABASE='from_servers'\n")

    expect(readUserSettings(directory)).toEqual({ MYSQL_HOST: 'from-environment', MYSQL_USER: 'from-dotenv' })
  })
})

describe('the home of the handlers', () => {
  it.each([
    ['serverless-offline', { IS_OFFLINE: 'true', AWS_LAMBDA_FUNCTION_NAME: 'get-about' }],
    ['lambda', { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001', AWS_LAMBDA_FUNCTION_NAME: 'get-about' }],
    ['function-host', { NODE_ENV: 'production' }],
  ])('is %s where the environment says so', (home, environment) => {
    expect(readHome(environment as NodeJS.ProcessEnv)).toBe(home)
  })
})

describe('.env.example', () => {
  const file = join(import.meta.dirname, '..', '..', '..', '.env.example')
  const example = () => parseEnv(readFileSync(file, 'utf8'))

  it('lists exactly the variables that are read', () => {
    expect(Object.keys(example()).sort()).toEqual(Object.keys(environmentSchema.shape).sort())
  })

  it('shows their defaults', () => {
    expect(parseConfig(example())).toEqual(parseConfig({}))
  })
})

describe('HTTP_HOSTS and CORS_ORIGINS', () => {
  it('are empty by default', () => {
    expect(parseConfig({})).toMatchObject({ HTTP_HOSTS: [], CORS_ORIGINS: [] })
  })

  it('are lists', () => {
    const { HTTP_HOSTS, CORS_ORIGINS } = parseConfig({
      HTTP_HOSTS: 'shop.example, 192.0.2.1,[::2],*',
      CORS_ORIGINS: 'https://shop.example, http://localhost:5173',
    })

    expect(HTTP_HOSTS).toEqual(['shop.example', '192.0.2.1', '[::2]', '*'])
    expect(CORS_ORIGINS).toEqual(['https://shop.example', 'http://localhost:5173'])
  })

  it.each(['shop.example:80', 'http://shop.example', 'a b', 'a,,b', '::1'])('HTTP_HOSTS may not be %s', (text) => {
    expect(() => parseConfig({ HTTP_HOSTS: text })).toThrow('HTTP_HOSTS')
  })

  it.each([
    'shop.example',
    'https://shop.example/',
    'https://shop.example:443',
    'https://Shop.example',
    'ftp://a',
    'null',
  ])('CORS_ORIGINS may not be %s, which no browser sends as an origin', (text) => {
    expect(() => parseConfig({ CORS_ORIGINS: text })).toThrow('CORS_ORIGINS')
  })
})

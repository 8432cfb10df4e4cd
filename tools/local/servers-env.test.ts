import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forgetAddresses, formatAddresses, readAddresses, recordAddresses } from './servers-env'

describe('the recorded addresses', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'servers-env-'))
    file = join(folder, '.local', 'servers.env')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('are empty at first', () => {
    expect(readAddresses(file)).toEqual({})
  })

  it('are kept for each server', () => {
    recordAddresses(file, { MYSQL_PORT: '3307' }, new Set())
    recordAddresses(file, { KAFKA_BROKERS: '127.0.0.1:9093' }, new Set())
    recordAddresses(file, { MYSQL_PORT: '3308' }, new Set())

    expect(readAddresses(file)).toEqual({ MYSQL_PORT: '3308', KAFKA_BROKERS: '127.0.0.1:9093' })
  })

  it('contain no variable that the user set, not even from an earlier record', () => {
    recordAddresses(file, { MYSQL_PORT: '3307' }, new Set())
    recordAddresses(file, { MYSQL_HOST: '127.0.0.1', MYSQL_PORT: '3309' }, new Set(['MYSQL_PORT']))

    expect(readAddresses(file)).toEqual({ MYSQL_HOST: '127.0.0.1' })
  })

  it('are readable only by this user, because a URL contains a password', () => {
    recordAddresses(file, { RABBITMQ_URL: 'amqp://ann:secret@127.0.0.1:5672/' }, new Set())

    expect(statSync(file).mode & 0o077).toBe(0)
  })

  it('are forgotten one by one', () => {
    recordAddresses(file, { MYSQL_PORT: '3307', KAFKA_BROKERS: '127.0.0.1:9093' }, new Set())

    forgetAddresses(file, ['MYSQL_PORT'])
    expect(readAddresses(file)).toEqual({ KAFKA_BROKERS: '127.0.0.1:9093' })

    forgetAddresses(file, ['KAFKA_BROKERS'])
    expect(readAddresses(file)).toEqual({})
  })

  it('can contain any character of dotenv syntax', () => {
    const addresses = { A: "it's", B: 'a#b', C: 'a "b" c', D: 'a=b c', E: '$HOME' }

    expect(parseEnv(formatAddresses(addresses))).toEqual(addresses)
  })
})

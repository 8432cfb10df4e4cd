import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withConnection } from '@ecommerce/adapters/mysql'
import { type Config, parseConfig } from '@ecommerce/runtime/config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bringUp } from './bring-up'
import { PortTakenError } from './choose-ports'
import { Instance } from './instance'
import { mysqlServer } from './mysql-server'
import { silentProgress } from './progress'
import { rabbitmqServer } from './rabbitmq-server'
import { resetServers } from './running-servers'
import { readAddresses } from './servers-env'
import { breakableServer } from './test-servers'

const servers = [mysqlServer, rabbitmqServer]
const folder = mkdtempSync(join(tmpdir(), 'foreign-servers-'))
const foreign = new Instance(join(folder, 'foreign'))
const ours = new Instance(join(folder, 'ours'))

/** Brings servers up with these settings as defaults, so that the test needs no standard port. */
function bring(instance: Instance, config: Config, setByUser: readonly string[] = []) {
  return bringUp({ instance, servers, config, setByUser: new Set(setByUser), progress: silentProgress })
}

function ports({ MYSQL_PORT, RABBITMQ_URL, RABBITMQ_MANAGEMENT_PORT }: Config) {
  return [MYSQL_PORT, Number(new URL(RABBITMQ_URL[0]).port), RABBITMQ_MANAGEMENT_PORT]
}

function query(config: Config, sql: string) {
  return withConnection(config, async (connection) => (await connection.query(sql))[0], { selectDatabase: false })
}

describe('bring-up beside a MySQL and a RabbitMQ that refuse the credentials', () => {
  let theirs: Config
  let defaults: Config
  let config: Config

  beforeAll(async () => {
    const wanted = parseConfig({
      MYSQL_PORT: '23306',
      MYSQL_PASSWORD: 'their-password',
      RABBITMQ_URL: 'amqp://they:theirs@127.0.0.1:25673/',
      RABBITMQ_MANAGEMENT_PORT: '25674',
    })
    theirs = (await bring(foreign, wanted)).config
    const [mysqlPort, amqpPort, managementPort] = ports(theirs)
    defaults = parseConfig({
      MYSQL_PORT: String(mysqlPort),
      RABBITMQ_URL: `amqp://guest:guest@127.0.0.1:${amqpPort}/`,
      RABBITMQ_MANAGEMENT_PORT: String(managementPort),
    })
    config = defaults
  })

  afterAll(async () => {
    await resetServers(servers, { instance: ours })
    await resetServers(servers, { instance: foreign })
    rmSync(folder, { recursive: true })
  })

  it('fails when the user set the ports that they use', async () => {
    await expect(bring(ours, defaults, ['MYSQL_PORT'])).rejects.toThrow(PortTakenError)
    await expect(bring(ours, defaults, ['RABBITMQ_URL'])).rejects.toThrow(/RABBITMQ_URL.* refuses the user/)
  })

  it('starts servers on other ports and records the ports', async () => {
    const result = await bring(ours, defaults)
    config = result.config

    expect(result.outcomes).toMatchObject([{ kind: 'up' }, { kind: 'up' }])
    expect(ports(config).filter((port) => ports(theirs).includes(port))).toEqual([])
    expect(readAddresses(ours.addressFile)).toEqual({
      ...mysqlServer.environment(config),
      ...rabbitmqServer.environment(config),
    })
    expect(await fetchManagement(config)).toBe(200)
  })

  it('uses these servers the next time', async () => {
    const { config: again, outcomes } = await bring(ours, config)

    expect(again).toEqual(config)
    expect(outcomes).toMatchObject([{ how: 'already running' }, { how: 'already running' }])
  })

  it('does not touch the foreign servers', async () => {
    for (const server of servers) {
      expect(await server.probe(theirs)).toMatchObject({ kind: 'ready' })
      expect(await server.probe(defaults)).toMatchObject({ kind: 'refused' })
    }
  })

  it('starts again with its data after a crash, and ignores a stale pid file', { timeout: 120_000 }, async () => {
    await query(config, 'CREATE DATABASE survivor')
    await query(config, 'CREATE TABLE survivor.t (id INT PRIMARY KEY) ENGINE=InnoDB')
    await query(config, 'INSERT INTO survivor.t VALUES (42)')

    for (const server of servers) {
      await breakableServer(server, config, ours).kill()
      // The pid belongs to this test: if it were mistaken for the server's, the test would kill itself.
      writeFileSync(ours.files(server.name).pidFile, `{"pid":${process.pid},"startedAt":"1"}\n`)
    }
    const { config: again, outcomes } = await bring(ours, config)

    expect(again).toEqual(config)
    expect(outcomes).toMatchObject([{ kind: 'up' }, { kind: 'up' }])
    expect(await query(config, 'SELECT id FROM survivor.t')).toEqual([{ id: 42 }])
  })
})

async function fetchManagement({ RABBITMQ_MANAGEMENT_PORT }: Config): Promise<number> {
  const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`
  const response = await fetch(`http://127.0.0.1:${RABBITMQ_MANAGEMENT_PORT}/api/overview`, {
    headers: { authorization },
  })
  return response.status
}

import { parseConfig } from '@ecommerce/runtime/config'
import { describe, expect, it } from 'vitest'
import { SERVER_NAMES } from '../server'
import { ClusterSettingError, chooseNodes } from './choose-nodes'

const CLUSTER = {
  MYSQL_HOST: '127.0.0.1:3306,127.0.0.1:3307,127.0.0.1:3308',
  MYSQL_PORT: '3306',
  KAFKA_BROKERS: '127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094',
  KAFKA_REPLICATION: '3',
  RABBITMQ_URL: 'amqp://a:b,c@127.0.0.1:5672/,amqp://a:b,c@127.0.0.1:5673/,amqp://a:b,c@127.0.0.1:5674/',
  RABBITMQ_MANAGEMENT_PORT: '15672',
}
const three = { nodes: 3, servers: SERVER_NAMES }

const nodesOf = (...args: Parameters<typeof chooseNodes>) => chooseNodes(...args).servers.map(({ nodes }) => nodes)

describe('the number of nodes of each server', () => {
  it('is one by default', () => {
    expect(nodesOf({}, {})).toEqual([1, 1, 1])
  })

  it('is the requested one, for the named servers', () => {
    expect(nodesOf({}, {}, three)).toEqual([3, 3, 3])
    expect(nodesOf({}, {}, { nodes: 3, servers: ['kafka'] })).toEqual([1, 3, 1])
  })

  it('is the recorded one when none is requested', () => {
    expect(nodesOf(CLUSTER, {})).toEqual([3, 3, 3])
    expect(chooseNodes(CLUSTER, {}).addresses).toEqual(CLUSTER)
  })

  it('is not taken from the lists of the user, which may name servers of somebody else', () => {
    expect(nodesOf({}, CLUSTER)).toEqual([1, 1, 1])
  })

  it('drops the recorded addresses of another number of nodes', () => {
    expect(chooseNodes(CLUSTER, {}, { nodes: 1, servers: ['kafka', 'mysql'] }).addresses).toEqual({
      RABBITMQ_URL: CLUSTER.RABBITMQ_URL,
      RABBITMQ_MANAGEMENT_PORT: '15672',
    })
    expect(chooseNodes({ MYSQL_PORT: '3310', MYSQL_HOST: '127.0.0.1' }, {}, three).addresses).toEqual({})
  })

  it.each([
    ['MYSQL_HOST', '127.0.0.1'],
    ['MYSQL_HOST', 'a:1,b:2'],
    ['KAFKA_BROKERS', '127.0.0.1:9092'],
    ['RABBITMQ_URL', 'amqp://guest:guest@127.0.0.1:5672/'],
  ])('is refused where the user set %s to %s, because the nodes need addresses', (key, value) => {
    expect(() => chooseNodes({}, { [key]: value }, three)).toThrow(ClusterSettingError)
    expect(() => chooseNodes({}, { [key]: value }, three)).toThrow(new RegExp(`^${key} is set to another number`))
  })
})

describe('a cluster', () => {
  const [mysql, kafka, rabbitmq] = chooseNodes({}, {}, three).servers

  it('uses the ports that follow the default ports', () => {
    const ports = [mysql, kafka, rabbitmq].map((server) => server?.ports(parseConfig({})).map(({ port }) => port))

    expect(ports).toEqual([
      [3306, 3307, 3308],
      [9092, 9093, 9094],
      [5672, 5673, 5674, 15_672],
    ])
  })

  it('uses the configured ports', () => {
    const ports = [mysql, kafka, rabbitmq].map((server) => server?.ports(parseConfig(CLUSTER)).map(({ port }) => port))

    expect(ports[0]).toEqual([3306, 3307, 3308])
    expect(ports[2]).toEqual([5672, 5673, 5674, 15_672])
  })

  it('is recorded as lists, from which the same configuration is read', () => {
    for (const server of [mysql, kafka, rabbitmq]) {
      const config = server?.withPorts(parseConfig({}), server.name === 'rabbitmq' ? [1, 2, 3, 4] : [1, 2, 3])
      if (config === undefined) throw new Error('no configuration')
      expect(parseConfig({ ...server?.environment(config) })).toEqual(config)
    }
  })

  it('has a part for each node, with its own address', () => {
    const parts = [mysql, kafka, rabbitmq].map((server) => server?.parts(parseConfig(CLUSTER)))

    expect(parts.map((list) => list?.map(({ address }) => address))).toEqual([
      ['127.0.0.1:3306', '127.0.0.1:3307', '127.0.0.1:3308'],
      ['127.0.0.1:9092', '127.0.0.1:9093', '127.0.0.1:9094'],
      ['127.0.0.1:5672', '127.0.0.1:5673', '127.0.0.1:5674'],
    ])
    expect(parts[1]?.map(({ title, folder }) => `${title} ${folder}`)).toEqual([
      'Kafka 1/3 kafka-1',
      'Kafka 2/3 kafka-2',
      'Kafka 3/3 kafka-3',
    ])
  })
})

import { parseConfig } from '@ecommerce/runtime/config'
import { describe, expect, it } from 'vitest'
import { choosePorts, PortTakenError } from './choose-ports'
import { kafkaServer } from './kafka-server'
import { mysqlServer } from './mysql-server'
import { rabbitmqServer } from './rabbitmq-server'

const config = parseConfig({})

function options(taken: readonly number[], setByUser: readonly string[] = []) {
  return {
    setByUser: new Set(setByUser),
    reserved: new Set<number>(),
    isFree: async (port: number) => !taken.includes(port),
  }
}

describe('choosing the ports of a server', () => {
  it('uses the configured ports where they are free', async () => {
    expect(await choosePorts(rabbitmqServer, config, options([]))).toEqual({ config, moves: [] })
  })

  it('uses the next free port where a default port is taken, and describes the occupant', async () => {
    const choice = await choosePorts(mysqlServer, config, {
      ...options([3306, 3307]),
      occupant: 'a MySQL there refuses user root',
    })

    expect(choice.config.MYSQL_PORT).toBe(3308)
    expect(choice.moves).toEqual(['MySQL uses port 3308 instead of 3306: a MySQL there refuses user root'])
  })

  it('refuses to replace a port that the user set, and names the port and the variable', async () => {
    const choice = choosePorts(kafkaServer, config, options([9092], ['KAFKA_BROKERS']))

    await expect(choice).rejects.toThrow(PortTakenError)
    await expect(choice).rejects.toThrow(/port 9092, set by KAFKA_BROKERS, is taken/)
  })

  it('replaces a default port although the user set another port of the server', async () => {
    const choice = await choosePorts(rabbitmqServer, config, options([15_672], ['RABBITMQ_URL']))

    expect(choice.config).toEqual({ ...config, RABBITMQ_MANAGEMENT_PORT: 15_673 })
  })

  it('keeps user, password and vhost of a URL whose port it changes', async () => {
    const custom = parseConfig({ RABBITMQ_URL: 'amqp://ann:p%40ss@localhost/shop' })

    const choice = await choosePorts(rabbitmqServer, custom, options([5672]))

    expect(choice.config.RABBITMQ_URL).toEqual(['amqp://ann:p%40ss@localhost:5673/shop'])
  })

  it('never gives the same port to two servers, even before they listen', async () => {
    const shared = options([3306])
    shared.reserved.add(3307)

    const choice = await choosePorts(mysqlServer, config, shared)

    expect(choice.config.MYSQL_PORT).toBe(3308)
    expect(shared.reserved).toContain(3308)
  })
})

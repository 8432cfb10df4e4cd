import type { Config } from '@ecommerce/runtime/config'
import { type Channel, connect } from 'amqplib'
import { declareRabbitmqTopology } from '../../infra/topology/declare-topology'
import { rabbitmqctl } from '../servers/rabbitmq-admin'
import type { Fault, World } from './fault'
import { Repetition } from './repetition'

function control(...args: readonly string[]): (world: World) => Promise<void> {
  return ({ servers }) => rabbitmqctl(servers, ...args)
}

async function withChannel(
  { RABBITMQ_URL: [url] }: Config,
  act: (channel: Channel) => Promise<unknown>,
): Promise<void> {
  const connection = await connect(url, { timeout: 10_000 })
  connection.on('error', () => undefined)
  try {
    await act(await connection.createChannel())
  } finally {
    await connection.close()
  }
}

const closing = new Repetition()

const declareAgain = ({ servers }: World) => declareRabbitmqTopology(servers.config, console.warn)

export const RABBITMQ_FAULTS: readonly Fault[] = [
  {
    id: 'rabbitmq:memory-alarm',
    target: 'rabbitmq',
    title: 'the alarm for memory blocks publishers',
    begin: control('set_vm_memory_high_watermark', 'absolute', '1MB'),
    end: control('set_vm_memory_high_watermark', '0.4'),
  },
  {
    id: 'rabbitmq:disk-alarm',
    target: 'rabbitmq',
    title: 'the alarm for disk space blocks publishers',
    begin: control('set_disk_free_limit', '1000TB'),
    end: control('set_disk_free_limit', '50MB'),
  },
  {
    id: 'rabbitmq:close-connections',
    target: 'rabbitmq',
    title: 'an administrator closes all connections again and again',
    begin: async ({ servers }) =>
      closing.begin(1_000, () => rabbitmqctl(servers, 'close_all_connections', 'a fault on purpose')),
    end: () => closing.end(),
  },
  {
    id: 'rabbitmq:permissions',
    target: 'rabbitmq',
    title: 'the shop loses its permissions in the virtual host',
    begin: control('clear_permissions', '-p', '/', 'guest'),
    end: control('set_permissions', '-p', '/', 'guest', '.*', '.*', '.*'),
  },
  {
    id: 'rabbitmq:exchange-deleted',
    target: 'rabbitmq',
    title: 'the exchange of orders is deleted, and declared again',
    begin: ({ servers }) =>
      withChannel(servers.config, (channel) => channel.deleteExchange(servers.config.RABBITMQ_EXCHANGE)),
    end: declareAgain,
  },
  {
    id: 'rabbitmq:queue-deleted',
    target: 'rabbitmq',
    title: 'the queue of orders is deleted with its messages, and declared again',
    allows: ['destroys-orders'],
    begin: ({ servers }) =>
      withChannel(servers.config, (channel) => channel.deleteQueue(servers.config.RABBITMQ_QUEUE)),
    end: declareAgain,
  },
]

import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { UnavailableError } from '@ecommerce/domain'
import { NetworkProxy } from '@ecommerce/testing/network-proxy'
import type { NetworkFault } from '@ecommerce/testing/network-proxy-fault'
import { rabbitMqUrl } from '@ecommerce/testing/rabbitmq'
import { type Channel, type ChannelModel, connect } from 'amqplib'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { testServer } from '../../../../tools/local/test-servers'
import { checkRabbitMq } from './check-rabbitmq'
import { RabbitMqDepth } from './rabbitmq-depth'
import { RabbitMqPublisher } from './rabbitmq-publisher'

const ROUTING_KEY = 'order.placed'
/** Within this time after the beginning of a fault, another node must confirm again. */
const MAX_UNAVAILABLE_MS = 5_000
const PUBLISH_WITHIN_MS = 2_500

let connection: ChannelModel
let channel: Channel
let exchange: string
let queue: string

beforeEach(async () => {
  connection = await connect(rabbitMqUrl())
  connection.on('error', () => undefined)
  channel = await connection.createChannel()
  channel.on('error', () => undefined)
  exchange = randomUUID()
  await channel.assertExchange(exchange, 'topic', { durable: true })
  queue = (await channel.assertQueue(randomUUID(), { durable: true, expires: 600_000 })).queue
  await channel.bindQueue(queue, exchange, ROUTING_KEY)
})
afterEach(async () => {
  await connection.close().catch(() => undefined)
})

/** One more node, as the client sees it: another address of the broker, with a network that can fail. */
async function openNode() {
  const { hostname, port } = new URL(rabbitMqUrl())
  const proxy = await NetworkProxy.open({ host: hostname, port: Number(port) })
  onTestFinished(() => proxy.close())
  const url = new URL(rabbitMqUrl())
  url.port = String(proxy.port)
  return { url: url.href, proxy }
}

function openPublisher(urls: readonly string[]): RabbitMqPublisher {
  const publisher = new RabbitMqPublisher({
    urls,
    exchange,
    routingKey: ROUTING_KEY,
    type: 'order_placed',
    heartbeatSeconds: 30,
    channels: 2,
    maxWaiting: 10_000,
    publishWithinMs: PUBLISH_WITHIN_MS,
  })
  onTestFinished(() => publisher.close())
  return publisher
}

/** Publishes one message after another until the test ends. */
function publishAlways(publisher: RabbitMqPublisher) {
  const confirmed: string[] = []
  const errors: unknown[] = []
  let longestMs = 0
  let isOver = false
  const done = (async () => {
    while (!isOver) {
      const id = randomUUID()
      const startedAt = performance.now()
      try {
        await publisher.publish({ id, key: '', body: '{}', headers: {} })
        confirmed.push(id)
      } catch (error) {
        errors.push(error)
      }
      longestMs = Math.max(longestMs, performance.now() - startedAt)
      await delay(5)
    }
  })()
  const stop = async () => {
    isOver = true
    await done
  }
  onTestFinished(stop)
  return {
    confirmed,
    errors,
    stop,
    longestMs: () => longestMs,
    /** Resolves to the time until the next confirm. */
    nextConfirm: async () => {
      const before = confirmed.length
      const startedAt = performance.now()
      await expect.poll(() => confirmed.length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(before)
      return performance.now() - startedAt
    },
  }
}

async function takeIds(): Promise<Set<string>> {
  const own = await connect(rabbitMqUrl())
  try {
    const reading = await own.createChannel()
    const ids = new Set<string>()
    for (
      let message = await reading.get(queue, { noAck: true });
      message;
      message = await reading.get(queue, { noAck: true })
    ) {
      ids.add(message.properties.messageId)
    }
    return ids
  } finally {
    await own.close()
  }
}

const FAULTS: readonly NetworkFault[] = [
  { kind: 'partition' },
  { kind: 'blackhole' },
  { kind: 'partition', direction: 'toClient' },
  { kind: 'blackhole', direction: 'toServer' },
  { kind: 'reset' },
  { kind: 'refuse' },
  { kind: 'half-close', direction: 'toClient' },
  { kind: 'drop', afterBytes: 100 },
]

describe('a publisher with the addresses of two nodes', () => {
  it.each(FAULTS)('publishes through the other one within seconds after the fault %j', async (fault) => {
    const [first, second] = [await openNode(), await openNode()]
    const load = publishAlways(openPublisher([first.url, second.url]))
    await load.nextConfirm()
    expect(second.proxy.connections).toBe(0)

    await first.proxy.apply(fault)
    // The next confirm may be that of a message that was on its way before the fault.
    await expect.poll(() => second.proxy.connections, { timeout: MAX_UNAVAILABLE_MS }).toBe(1)
    expect(await load.nextConfirm()).toBeLessThan(MAX_UNAVAILABLE_MS)
    await load.stop()

    for (const error of load.errors) expect(error).toBeInstanceOf(UnavailableError)
    expect(load.longestMs()).toBeLessThan(PUBLISH_WITHIN_MS + 1_000)
    const found = await takeIds()
    for (const id of load.confirmed) expect(found).toContain(id)
  })

  it('begins with the first address again when the second one is lost', async () => {
    const [first, second] = [await openNode(), await openNode()]
    await first.proxy.apply({ kind: 'refuse' })
    const load = publishAlways(openPublisher([first.url, second.url]))
    await load.nextConfirm()
    expect(second.proxy.connections).toBe(1)

    await first.proxy.heal()
    await second.proxy.apply({ kind: 'partition' })

    await expect.poll(() => first.proxy.connections, { timeout: MAX_UNAVAILABLE_MS }).toBe(1)
    await load.nextConfirm()
  })

  it('tries the second address when the first one accepts the connection and never responds', async () => {
    const [first, second] = [await openNode(), await openNode()]
    await first.proxy.apply({ kind: 'blackhole' })

    await openPublisher([first.url, second.url]).publish({ id: 'a', key: '', body: '{}', headers: {} })

    expect(await takeIds()).toEqual(new Set(['a']))
  })
})

describe('a frozen RabbitMQ', () => {
  it('makes each publish unavailable in its time, and publishes go on when it continues', async () => {
    const server = testServer('rabbitmq')
    const load = publishAlways(openPublisher([rabbitMqUrl()]))
    await load.nextConfirm()

    await server.freeze()
    try {
      await expect.poll(() => load.errors.length, { timeout: 20_000 }).toBeGreaterThan(2)
    } finally {
      await server.thaw()
    }
    expect(await load.nextConfirm()).toBeLessThan(MAX_UNAVAILABLE_MS)
    await load.stop()

    for (const error of load.errors) expect(error).toBeInstanceOf(UnavailableError)
    expect(load.longestMs()).toBeLessThan(PUBLISH_WITHIN_MS + 1_000)
    const found = await takeIds()
    for (const id of load.confirmed) expect(found).toContain(id)
  })

  it('fails a check and a measurement in their time, and neither leaves a connection behind', async () => {
    const node = await openNode()
    const addresses = { urls: [node.url], queues: [queue], timeoutMs: 1_000 }
    const depth = new RabbitMqDepth(addresses)
    onTestFinished(() => depth.close())
    await depth.measure()

    await node.proxy.apply({ kind: 'partition' })
    await expect(depth.measure()).rejects.toThrow('RabbitMQ has sent nothing for 1000 ms')
    await expect(checkRabbitMq(addresses)).rejects.toThrow('ETIMEDOUT')

    await node.proxy.heal()
    expect(await depth.measure()).toMatchObject([{ queue }])
    await checkRabbitMq(addresses)
    await expect.poll(() => node.proxy.connections, { timeout: 10_000 }).toBeLessThanOrEqual(2)
  })
})

describe('a check with the addresses of two nodes', () => {
  it('succeeds while the first one is down, and reports both reasons when both are', async () => {
    const queues = [queue]
    await checkRabbitMq({ urls: ['amqp://127.0.0.1:1', rabbitMqUrl()], queues, timeoutMs: 2_000 })

    await expect(
      checkRabbitMq({ urls: ['amqp://127.0.0.1:1', 'amqp://u:secret@127.0.0.1:2'], queues, timeoutMs: 2_000 }),
    ).rejects.toThrow(/127.0.0.1:1: connect ECONNREFUSED.*127.0.0.1:2: connect ECONNREFUSED/)
  })
})

describe('what an administrator deletes', () => {
  const publish = (publisher: RabbitMqPublisher) =>
    publisher.publish({ id: randomUUID(), key: '', body: '{}', headers: {} })

  it.each([
    ['queue', () => channel.deleteQueue(queue), () => channel.assertQueue(queue, { durable: true, expires: 600_000 })],
    [
      'exchange',
      () => channel.deleteExchange(exchange),
      () => channel.assertExchange(exchange, 'topic', { durable: true }),
    ],
  ])(
    'makes publishes unavailable while the %s is missing, and they work when it exists again',
    async (_, remove, restore) => {
      const publisher = openPublisher([rabbitMqUrl()])
      await publish(publisher)

      await remove()
      for (let attempt = 0; attempt < 3; attempt++) await expect(publish(publisher)).rejects.toThrow(UnavailableError)

      await restore()
      await channel.bindQueue(queue, exchange, ROUTING_KEY)
      await expect.poll(() => publish(publisher).then(() => 'published', String)).toBe('published')
    },
  )

  it('includes the connection of the publisher: it connects again', async () => {
    const node = await openNode()
    const publisher = openPublisher([node.url])
    await publish(publisher)

    await node.proxy.apply({ kind: 'reset' })
    await node.proxy.heal()

    await expect.poll(() => publish(publisher).then(() => 'published', String)).toBe('published')
  })
})

import { randomUUID } from 'node:crypto'
import { readConfig } from '@ecommerce/runtime/config'
import { type Channel, type ChannelModel, connect } from 'amqplib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { declareRabbitmqTopology, TopologyConflictError } from './declare-topology'

let connection: ChannelModel
let channel: Channel
let config: ReturnType<typeof configOf>
let warnings: string[]
const warn = (text: string) => void warnings.push(text)

/** A topology of its own, apart from the one of the test run. */
function configOf(prefix: string) {
  return {
    ...readConfig(),
    RABBITMQ_EXCHANGE: `${prefix}.orders`,
    RABBITMQ_QUEUE: `${prefix}.orders`,
    RABBITMQ_DLX: `${prefix}.dlx`,
    RABBITMQ_DLQ: `${prefix}.dlq`,
  }
}

beforeEach(async () => {
  warnings = []
  config = configOf(`test-${randomUUID()}`)
  connection = await connect(config.RABBITMQ_URL[0])
  connection.on('error', () => undefined)
  channel = await connection.createChannel()
})
afterEach(async () => {
  const cleaning = await connection.createChannel()
  for (const queue of [config.RABBITMQ_QUEUE, config.RABBITMQ_DLQ]) await cleaning.deleteQueue(queue)
  for (const exchange of [config.RABBITMQ_EXCHANGE, config.RABBITMQ_DLX]) await cleaning.deleteExchange(exchange)
  await connection.close()
})

async function management(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const { username, password } = new URL(config.RABBITMQ_URL[0])
  const response = await fetch(`http://127.0.0.1:${config.RABBITMQ_MANAGEMENT_PORT}/api/${path}`, {
    method,
    headers: { authorization: `Basic ${btoa(`${username}:${password}`)}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return text === '' ? {} : JSON.parse(text)
}

const queueState = () => management('GET', `queues/%2F/${config.RABBITMQ_QUEUE}`)

describe('the topology of RabbitMQ', () => {
  it('is declared again without a change, and restores what was deleted', async () => {
    await declareRabbitmqTopology(config, warn)
    channel.publish(config.RABBITMQ_EXCHANGE, config.RABBITMQ_ROUTING_KEY, Buffer.from('kept'), { persistent: true })
    await expect.poll(async () => (await channel.checkQueue(config.RABBITMQ_QUEUE)).messageCount).toBe(1)
    await channel.deleteQueue(config.RABBITMQ_DLQ)
    await channel.unbindQueue(config.RABBITMQ_QUEUE, config.RABBITMQ_EXCHANGE, config.RABBITMQ_ROUTING_KEY)

    await declareRabbitmqTopology(config, warn)

    channel.publish(config.RABBITMQ_EXCHANGE, config.RABBITMQ_ROUTING_KEY, Buffer.from('routed'), { persistent: true })
    await expect.poll(async () => (await channel.checkQueue(config.RABBITMQ_QUEUE)).messageCount).toBe(2)
    await channel.checkQueue(config.RABBITMQ_DLQ)
    expect(warnings).toEqual([])
  })

  it('dead-letters at least once, also in a queue that existed before', async () => {
    await channel.assertQueue(config.RABBITMQ_QUEUE, {
      durable: true,
      deadLetterExchange: config.RABBITMQ_DLX,
      arguments: { 'x-queue-type': 'quorum' },
    })

    await declareRabbitmqTopology(config, warn)

    await expect
      .poll(async () => (await queueState()).effective_policy_definition, { timeout: 15_000 })
      .toMatchObject({ 'dead-letter-strategy': 'at-least-once', overflow: 'reject-publish' })
    expect(warnings).toEqual([])
  })

  it('keeps an expired message while the dead letter queue is missing', async () => {
    const expiring = { ...config, RABBITMQ_MESSAGE_TTL_MS: 200 }
    await declareRabbitmqTopology(expiring, warn)
    await expect.poll(async () => (await queueState()).policy, { timeout: 15_000 }).toBeTruthy()
    await channel.deleteQueue(config.RABBITMQ_DLQ)

    channel.publish(config.RABBITMQ_EXCHANGE, config.RABBITMQ_ROUTING_KEY, Buffer.from('expired'), { persistent: true })

    await expect.poll(async () => (await queueState()).messages_dlx, { timeout: 20_000 }).toBe(1)
  })

  it('leaves the policy of an administrator alone, and reports what is missing in it', async () => {
    await declareRabbitmqTopology(
      { ...config, RABBITMQ_QUEUE_TYPE: 'quorum', RABBITMQ_MANAGEMENT_PORT: 1 },
      () => undefined,
    )
    const policy = `${config.RABBITMQ_QUEUE}-own`
    await management('PUT', `policies/%2F/${policy}`, {
      pattern: `^${config.RABBITMQ_QUEUE}$`,
      'apply-to': 'queues',
      priority: 5,
      definition: { 'max-length': 1_000_000 },
    })
    await expect.poll(async () => (await queueState()).policy, { timeout: 15_000 }).toBe(policy)

    await declareRabbitmqTopology(config, warn)

    expect(warnings).toEqual([expect.stringContaining(`to the policy ${policy}`)])
    expect((await queueState()).effective_policy_definition).toEqual({ 'max-length': 1_000_000 })
    await management('DELETE', `policies/%2F/${policy}`)
  })

  it('reports the command for the policy when the management interface does not respond', async () => {
    await declareRabbitmqTopology({ ...config, RABBITMQ_MANAGEMENT_PORT: 1 }, warn)

    expect(warnings).toEqual([expect.stringMatching(/is lost.*does not respond.*rabbitmqctl set_policy/)])
  })

  it('conflicts with a queue that has other arguments, and names them and the ways out', async () => {
    await channel.assertQueue(config.RABBITMQ_QUEUE, { durable: true, arguments: { 'x-queue-type': 'classic' } })

    const declared = declareRabbitmqTopology(config, warn)

    await expect(declared).rejects.toThrow(TopologyConflictError)
    // Which of them the server names depends on its version.
    await expect(declared).rejects.toThrow(/inequivalent arg 'x-.*npm run lag.*npm run infra -- up/)
  })
})

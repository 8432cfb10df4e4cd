import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { testServer } from '../../../../tools/local/test-servers'
import type { Invoke, Poller, PollerParts, RabbitMqMapping } from '../event-source-mapping'
import { describePoller } from '../testing/conformance'
import { createGate, recordInvocations } from '../testing/record-invocations'
import { publishTo, type RabbitMqSource, rabbitMqSource, takeAll, withChannel } from '../testing/test-rabbitmq'

const server = testServer('rabbitmq')
const WITHIN = { timeout: 20_000, interval: 20 }

describePoller('a poller of RabbitMQ', {
  source: (name) => rabbitMqSource(name),
  kill: () => server.kill(),
  start: () => server.start(),
})

async function openSource(options: Parameters<typeof rabbitMqSource>[1] = {}): Promise<RabbitMqSource> {
  const source = rabbitMqSource(`test-${randomUUID()}`, options)
  await source.create()
  return source
}

async function start(
  source: RabbitMqSource,
  invoke: Invoke,
  overrides: Partial<RabbitMqMapping> = {},
  parts: Partial<PollerParts> = {},
): Promise<Poller> {
  const poller = source.pollerOf(invoke, overrides, parts)
  onTestFinished(() => poller.stop(0))
  poller.start()
  await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)
  return poller
}

function redelivered(event: unknown): boolean[] {
  const { rmqMessagesByQueue } = event as { rmqMessagesByQueue: Record<string, { redelivered: boolean }[]> }
  return Object.values(rmqMessagesByQueue).flatMap((list) => list.map((message) => message.redelivered))
}

describe('the error handling of a RabbitMQ mapping', () => {
  it('lets the delivery limit of a quorum queue dead-letter a poison message', async () => {
    const deadLetters = await openSource()
    const source = await openSource({
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': 2,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': deadLetters.queue,
      },
    })
    const calls = recordInvocations(source.bodiesOf, () => {
      throw new Error('never')
    })
    await start(source, calls.invoke)

    await source.publish(['poison'])

    await vi.waitFor(async () => expect(await takeAll(deadLetters.queue)).toEqual(['poison']), WITHIN)
    expect(calls.bodies()).toEqual(['poison', 'poison', 'poison'])
  })

  it('marks a message that was delivered before as redelivered', async () => {
    const source = await openSource()
    const flags: boolean[][] = []
    await start(source, async (_, event) => {
      flags.push(redelivered(event))
      if (flags.length === 1) throw new Error('not now')
    })

    await source.publish(['a'])

    await vi.waitFor(() => expect(flags).toEqual([[false], [true]]), WITHIN)
  })

  it('holds a failed batch back for the retry delay, and delivers the messages behind it after that', async () => {
    const source = await openSource()
    const calls = recordInvocations(source.bodiesOf, (_, invocation) => {
      if (invocation === 1) throw new Error('not now')
    })
    const retryDelay = { firstMs: 300, longestMs: 300 }
    const poller = await start(source, calls.invoke, { batchSize: 1 }, { retryDelay })

    await source.publish(['a', 'b'])

    await vi.waitFor(() => expect(poller.state().failures).toBe(1), WITHIN)
    expect(poller.state()).toMatchObject({ inFlightBatches: 1, retries: 0 })
    await vi.waitFor(() => expect([...calls.bodies()].sort()).toEqual(['a', 'a', 'b']), WITHIN)
  })

  it('does not wait for the end of the delay when it is stopped', async () => {
    const source = await openSource()
    const calls = recordInvocations(source.bodiesOf, () => {
      throw new Error('not now')
    })
    const retryDelay = { firstMs: 3_600_000, longestMs: 3_600_000 }
    const poller = await start(source, calls.invoke, {}, { retryDelay })
    await source.publish(['a'])
    await vi.waitFor(() => expect(poller.state().failures).toBe(1), WITHIN)

    await poller.stop(10_000)

    expect(poller.state().inFlightBatches).toBe(0)
    await vi.waitFor(async () => expect(await takeAll(source.queue)).toEqual(['a']), WITHIN)
  })
})

describe('the end of a RabbitMQ mapping', () => {
  it('acknowledges a batch that ends after the consumer was cancelled', async () => {
    const source = await openSource()
    const gate = createGate()
    const calls = recordInvocations(source.bodiesOf, () => gate.opened)
    const poller = await start(source, calls.invoke)
    await source.publish(['a'])
    await vi.waitFor(() => expect(calls.bodies()).toEqual(['a']), WITHIN)

    const stopped = poller.stop(20_000)
    const consumers = () => withChannel(async (channel) => (await channel.checkQueue(source.queue)).consumerCount)
    await vi.waitFor(async () => expect(await consumers()).toBe(0), WITHIN)
    gate.open()
    await stopped

    expect(await takeAll(source.queue)).toEqual([])
  })
})

describe('the queue of a RabbitMQ mapping', () => {
  it('is consumed again after it was deleted and created again', async () => {
    const source = await openSource()
    const calls = recordInvocations(source.bodiesOf)
    const poller = await start(source, calls.invoke)

    await withChannel((channel) => channel.deleteQueue(source.queue))
    await vi.waitFor(() => expect(poller.state().status).toBe('reconnecting'), WITHIN)
    await source.create()
    await source.publish(['a'])

    await vi.waitFor(() => expect(calls.bodies()).toEqual(['a']), WITHIN)
    expect(poller.state().status).toBe('running')
  })

  it('has its number of ready messages in the state', async () => {
    const source = await openSource()
    const gate = createGate()
    const poller = await start(source, () => gate.opened, { prefetch: 1, batchSize: 1 })

    await source.publish(['a', 'b', 'c'])

    await vi.waitFor(() => expect(poller.state().queueDepth).toBe(2), WITHIN)
    gate.open()
    await vi.waitFor(() => expect(poller.state().queueDepth).toBe(0), WITHIN)
  })
})

describe('the batches of a RabbitMQ mapping', () => {
  it('are in flight one at a time, or up to the concurrency', async () => {
    for (const concurrency of [1, 3]) {
      const source = await openSource()
      const gate = createGate()
      const calls = recordInvocations(source.bodiesOf, () => gate.opened)
      const poller = await start(source, calls.invoke, { concurrency, batchSize: 1 })
      await source.publish(['a', 'b', 'c', 'd'])
      await vi.waitFor(() => expect(poller.state().queueDepth).toBe(0), WITHIN)

      await vi.waitFor(() => expect(poller.state().inFlightBatches).toBe(concurrency), WITHIN)
      expect(calls.bodies()).toHaveLength(concurrency)

      gate.open()
      await vi.waitFor(() => expect(calls.bodies()).toHaveLength(4), WITHIN)
    }
  })

  it('are no larger than the prefetch, and are full at that size', async () => {
    const source = await openSource()
    const calls = recordInvocations(source.bodiesOf)
    await start(source, calls.invoke, { prefetch: 2, batchSize: 10, batchWindowMs: 300_000 })

    await publishTo(source.queue, ['a', 'b', 'c', 'd'])

    await vi.waitFor(
      () =>
        expect(calls.batches).toEqual([
          ['a', 'b'],
          ['c', 'd'],
        ]),
      WITHIN,
    )
  })
})

describe('a message with headers that amqplib cannot decode', () => {
  it('is delivered with all of them, and so are the messages behind it', async () => {
    const source = await openSource()
    const headers: unknown[] = []
    const log: string[] = []
    const keep = (line: string) => void log.push(line)
    await start(
      source,
      async (_, event) => {
        const { rmqMessagesByQueue } = event as { rmqMessagesByQueue: Record<string, { basicProperties: object }[]> }
        for (const { basicProperties } of Object.values(rmqMessagesByQueue).flat()) headers.push(basicProperties)
      },
      {},
      { log: { info: keep, warning: keep } },
    )

    await publishWithLongLong(source.queue, 'big', 5_000_000_000)
    await source.publish(['plain'])

    await vi.waitFor(() => expect(headers).toMatchObject([{ headers: { big: 5_000_000_000 } }, {}]), WITHIN)
    expect(log).toEqual([])
  })
})

/** amqplib only writes the type `l`. Other clients write 64 bits as `L`, and the broker accepts both. */
async function publishWithLongLong(queue: string, name: string, value: number): Promise<void> {
  await withChannel(async (channel) => {
    const { stream } = channel.connection as unknown as { readonly stream: Duplex }
    const write = stream.write.bind(stream)
    const entry = `${name}l`
    stream.write = (chunk: Buffer) => {
      const at = chunk.indexOf(entry)
      if (at >= 0) chunk.write('L', at + name.length)
      return write(chunk)
    }
    channel.sendToQueue(queue, Buffer.from('big'), { headers: { [name]: { '!': 'int64', value } } })
    await channel.waitForConfirms()
  })
}

describe('a failing batch', () => {
  it('is logged with its messages, the number of the try and the next delay, and so is the recovery', async () => {
    const source = await openSource()
    const log: string[] = []
    const keep = (line: string) => void log.push(line)
    let invocations = 0
    const invoke = async () => {
      invocations += 1
      if (invocations < 3) throw new Error('no good')
    }
    await start(source, invoke, {}, { log: { info: keep, warning: keep } })

    await withChannel(async (channel) => {
      channel.sendToQueue(source.queue, Buffer.from('a'), { messageId: 'order-7' })
      await channel.waitForConfirms()
    })

    const which = (tag: number) =>
      `1 message of ${source.queue} (tag ${tag}, id "order-7"${tag > 1 ? ', redelivered' : ''})`
    const name = `test:rabbitmq:${source.queue}`
    await vi.waitFor(
      () =>
        expect(log).toEqual([
          `${name}: try 1 of ${which(1)} failed: no good; requeued in 50 ms`,
          `${name}: try 2 of ${which(2)} failed: no good; requeued in 100 ms`,
          `${name}: try 3 of ${which(3)} succeeded`,
        ]),
      WITHIN,
    )
  })
})

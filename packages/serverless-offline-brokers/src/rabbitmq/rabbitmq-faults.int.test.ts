import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { testServer } from '../../../../tools/local/test-servers'
import { NetworkProxy } from '../../../testing/src/network-proxy'
import type { NetworkFault } from '../../../testing/src/network-proxy-fault'
import { createGate, recordInvocations } from '../testing/record-invocations'
import { type RabbitMqSource, rabbitMqSource } from '../testing/test-rabbitmq'

const server = testServer('rabbitmq')
const WITHIN = { timeout: 20_000, interval: 20 }
/** Messages must be delivered again within this time after the end of a fault, or through another node. */
const RECOVERY = { timeout: 15_000, interval: 20 }

async function openSource(): Promise<RabbitMqSource> {
  const source = rabbitMqSource(`test-${randomUUID()}`)
  await source.create()
  return source
}

/** One more node, as the poller sees it: another address of the broker, with a network that can fail. */
async function openNode(source: RabbitMqSource) {
  const url = new URL(source.mapping.urls[0] ?? '')
  const proxy = await NetworkProxy.open({ host: url.hostname, port: Number(url.port) })
  onTestFinished(() => proxy.close())
  url.port = String(proxy.port)
  return { url: url.href, proxy }
}

const FAULTS: readonly NetworkFault[] = [
  { kind: 'partition' },
  { kind: 'blackhole' },
  { kind: 'partition', direction: 'toClient' },
  { kind: 'blackhole', direction: 'toServer' },
  { kind: 'half-close', direction: 'toClient' },
  { kind: 'reset' },
]

describe('a RabbitMQ mapping with two nodes', () => {
  it.each(FAULTS)('consumes from the other one when its connection fails with %j', async (fault) => {
    const source = await openSource()
    const [first, second] = [await openNode(source), await openNode(source)]
    const gate = createGate()
    const calls = recordInvocations(source.bodiesOf, (_, invocation) => (invocation === 1 ? gate.opened : undefined))
    const poller = source.pollerOf(calls.invoke, { urls: [first.url, second.url] })
    onTestFinished(() => poller.stop(0))
    poller.start()
    await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)
    await source.publish(['in flight'])
    await vi.waitFor(() => expect(calls.bodies()).toEqual(['in flight']), WITHIN)

    await first.proxy.apply(fault)
    await vi.waitFor(() => expect(second.proxy.connections).toBe(1), RECOVERY)
    await vi.waitFor(() => expect(poller.state().status).toBe('running'), RECOVERY)
    gate.open()
    await source.publish(['behind'])

    // The broker keeps the message in flight until it has noticed the loss of the first connection.
    await vi.waitFor(() => expect([...calls.bodies()].sort()).toEqual(['behind', 'in flight', 'in flight']), {
      ...RECOVERY,
      timeout: 2 * RECOVERY.timeout,
    })
  })
})

describe('a RabbitMQ mapping whose broker is frozen', () => {
  it.each([2_000, 12_000])('consumes again within 15 s after a freeze of %i ms', async (freezeMs) => {
    const source = await openSource()
    const calls = recordInvocations(source.bodiesOf)
    const poller = source.pollerOf(calls.invoke, {})
    onTestFinished(() => poller.stop(0))
    poller.start()
    await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)

    await server.freeze()
    try {
      await delay(freezeMs)
    } finally {
      await server.thaw()
    }
    await source.publish(['after'])

    await vi.waitFor(() => expect(calls.bodies()).toEqual(['after']), RECOVERY)
  })
})

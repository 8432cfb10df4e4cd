import { describe, expect, it, vi } from 'vitest'
import type { KafkaMapping, PollerParts } from '../event-source-mapping'
import { createGate } from '../testing/record-invocations'
import { createPoller, type OpenSession, type Session } from './create-poller'

const MAPPING = { name: 'on-order:kafka:orders', functionKey: 'on-order', enabled: true } as KafkaMapping
const RECONNECT = { firstMs: 1, longestMs: 1 }

/** Long enough for a busy machine. */
const WITHIN = { timeout: 10_000, interval: 5 }

function fakeSession(overrides: Partial<Session> = {}) {
  let lose: (reason: unknown) => void = () => {}
  const lost = new Promise<unknown>((resolve) => {
    lose = resolve
  })
  const session = { lost, state: () => ({}), drain: vi.fn(async () => {}), close: vi.fn(async () => {}), ...overrides }
  return { ...session, lose: (reason: unknown) => lose(reason) }
}

function pollerOf(openSession: OpenSession, mapping: Partial<KafkaMapping> = {}) {
  const warning = vi.fn()
  const parts: PollerParts = {
    invoke: async () => undefined,
    retryDelay: RECONNECT,
    log: { info: () => {}, warning },
    clock: () => 0,
  }
  const options = { openSession, reconnectDelay: RECONNECT }
  return { poller: createPoller({ ...MAPPING, ...mapping }, parts, options), warning }
}

describe('a poller', () => {
  it('tries until a session is open, shows the error meanwhile, and logs the same error once', async () => {
    let tries = 0
    const { poller, warning } = pollerOf(async () => {
      tries += 1
      if (tries < 4) throw new Error('connection refused')
      return fakeSession()
    })
    expect(poller.state().status).toBe('connecting')

    poller.start()
    await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)

    expect(poller.state().lastError).toEqual({ message: 'connection refused', at: '1970-01-01T00:00:00.000Z' })
    expect(warning).toHaveBeenCalledTimes(1)
    await poller.stop(0)
  })

  it('closes a lost session and opens another one', async () => {
    const sessions = [fakeSession(), fakeSession()]
    const opened: unknown[] = []
    const { poller } = pollerOf(async () => {
      const session = sessions[opened.length] ?? fakeSession()
      opened.push(session)
      return session
    })
    poller.start()
    await vi.waitFor(() => expect(opened).toHaveLength(1), WITHIN)

    sessions[0]?.lose(new Error('crashed'))
    await vi.waitFor(() => expect(opened).toHaveLength(2), WITHIN)
    await poller.stop(1_000)

    expect(poller.state().lastError?.message).toBe('crashed')
    expect(sessions[0]?.close).toHaveBeenCalledTimes(1)
    expect(sessions[0]?.drain).not.toHaveBeenCalled()
    expect(sessions[1]?.drain).toHaveBeenCalledTimes(1)
    expect(sessions[1]?.close).toHaveBeenCalledTimes(1)
  })

  it('drains before it closes, and starts to drain synchronously', async () => {
    const gate = createGate()
    const session = fakeSession({ drain: vi.fn(() => gate.opened) })
    const { poller } = pollerOf(async () => session)
    poller.start()
    await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)

    const stopped = poller.stop(60_000)
    expect(session.drain).toHaveBeenCalledTimes(1)
    expect(session.close).not.toHaveBeenCalled()
    gate.open()
    await stopped

    expect(session.close).toHaveBeenCalledTimes(1)
    expect(poller.state().status).toBe('stopped')
  })

  it('closes a session that does not drain in time, and warns that its work is delivered again', async () => {
    const session = fakeSession({ drain: () => new Promise(() => {}) })
    const { poller } = pollerOf(async () => session)
    poller.start()
    await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)

    await poller.stop(0)

    expect(session.close).toHaveBeenCalledTimes(1)
    expect(poller.state().lastError?.message).toContain('delivered again')
  })

  it('closes a session that opens after the stop', async () => {
    const gate = createGate()
    const session = fakeSession()
    const { poller } = pollerOf(async () => {
      await gate.opened
      return session
    })
    poller.start()

    const stopped = poller.stop(0)
    gate.open()
    await stopped

    expect(session.close).toHaveBeenCalledTimes(1)
    expect(poller.state().status).toBe('stopped')
  })

  it('stops once, however often stop is called, and does not start again', async () => {
    const session = fakeSession()
    const open = vi.fn(async () => session)
    const { poller } = pollerOf(open)
    poller.start()
    poller.start()
    await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)

    await Promise.all([poller.stop(1_000), poller.stop(1_000)])
    poller.start()

    expect(open).toHaveBeenCalledTimes(1)
    expect(session.drain).toHaveBeenCalledTimes(1)
  })

  it('opens no session when the mapping is disabled', async () => {
    const open = vi.fn(async () => fakeSession())
    const { poller } = pollerOf(open, { enabled: false })

    poller.start()
    await poller.stop(0)

    expect(open).not.toHaveBeenCalled()
    expect(poller.state().status).toBe('disabled')
  })
})

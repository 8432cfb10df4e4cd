import { describe, expect, it } from 'vitest'
import { Lifecycle } from './lifecycle'

describe('the lifecycle of a process', () => {
  it('closes the relay, then the brokers, the database and the telemetry, in whatever order they were opened', async () => {
    const lifecycle = new Lifecycle()
    const closed: string[] = []
    for (const step of ['telemetry', 'database', 'relay', 'brokers'] as const) {
      lifecycle.onClose(step, async () => {
        closed.push(step)
      })
    }

    await lifecycle.close()

    expect(closed).toEqual(['relay', 'brokers', 'database', 'telemetry'])
  })

  it('begins a step only when the step before has ended', async () => {
    const lifecycle = new Lifecycle()
    const closed: string[] = []
    let disconnect = () => {}
    lifecycle.onClose('brokers', () => new Promise((resolve) => (disconnect = resolve)))
    lifecycle.onClose('database', async () => {
      closed.push('database')
    })

    const closing = lifecycle.close()
    await new Promise(setImmediate)
    expect(closed).toEqual([])
    disconnect()
    await closing

    expect(closed).toEqual(['database'])
  })

  it('closes all resources of a step', async () => {
    const lifecycle = new Lifecycle()
    const closed: string[] = []
    for (const broker of ['kafka', 'rabbitmq']) {
      lifecycle.onClose('brokers', async () => {
        closed.push(broker)
      })
    }

    await lifecycle.close()

    expect(closed.sort()).toEqual(['kafka', 'rabbitmq'])
  })

  it('closes nothing when nothing was opened', async () => {
    await expect(new Lifecycle().close()).resolves.toBeUndefined()
  })

  it('drains only on request', () => {
    const lifecycle = new Lifecycle()
    expect(lifecycle.isDraining).toBe(false)

    lifecycle.drain()

    expect(lifecycle.isDraining).toBe(true)
  })
})

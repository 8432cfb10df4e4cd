import { describe, expect, it } from 'vitest'
import type { Readiness } from './shop-api'
import { verdictOf } from './verdict-of'

const up = { status: 'up', required: false, latency_ms: 1 } as const
const down = { ...up, status: 'down', reason: 'connect ECONNREFUSED' } as const
const ready: Readiness = { status: 'ready', dependencies: { mysql: up, kafka: up, rabbitmq: up } }
const exactly = (count: number) => ({ count, isMinimum: false })

describe('the verdict', () => {
  it('is good while all servers respond and no dead letter is open', () => {
    expect(verdictOf(ready, exactly(0))).toEqual({
      tone: 'good',
      word: 'Ready',
      meaning: 'All servers respond. No open dead letters.',
    })
  })

  it('is good while the dead letters are unknown', () => {
    expect(verdictOf(ready, undefined)).toMatchObject({ tone: 'good', meaning: 'All servers respond.' })
  })

  it.each([
    [exactly(1), '1 open dead letter'],
    [exactly(1_200), '1,200 open dead letters'],
    [{ count: 5, isMinimum: true }, '5 or more open dead letters'],
  ])('is amber with the number of open dead letters: %j', (open, word) => {
    expect(verdictOf(ready, open)).toMatchObject({ tone: 'doubtful', word })
  })

  it('names the brokers that are down, and the dead letters', () => {
    const degraded: Readiness = { status: 'degraded', dependencies: { mysql: up, kafka: down, rabbitmq: down } }

    expect(verdictOf(degraded, exactly(3))).toEqual({
      tone: 'doubtful',
      word: 'Degraded',
      meaning: 'Kafka and RabbitMQ do not respond. The other channels accept orders. 3 open dead letters.',
    })
  })

  it('is bad while MySQL is down', () => {
    const unavailable: Readiness = { status: 'unavailable', dependencies: { mysql: down, kafka: up } }

    expect(verdictOf(unavailable, undefined)).toEqual({
      tone: 'bad',
      word: 'Unavailable',
      meaning: 'MySQL does not respond. The shop accepts no orders.',
    })
  })

  it('says that a process drains', () => {
    expect(verdictOf({ status: 'draining', dependencies: {} }, undefined)).toMatchObject({ word: 'Draining' })
  })
})

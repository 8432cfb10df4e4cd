import { checkReadiness, describeService, PROBLEMS } from '@ecommerce/runtime'
import { describe, expect, it } from 'vitest'
import { MESSAGE_NAMES } from '../messages'
import { getAbout, getMessageSchema, getProblem, getReady, toAboutBody, toReadinessBody } from './contract'

const up = async () => undefined
const down = async () => {
  throw new Error('connect ECONNREFUSED')
}

describe('the body of the readiness', () => {
  it('shows each dependency with its latency, and why it is down', async () => {
    const readiness = await checkReadiness(
      [
        { name: 'mysql', required: true, check: up },
        { name: 'kafka', required: false, check: down },
      ],
      1_000,
    )

    const body = toReadinessBody(readiness, true)

    expect(body).toEqual({
      status: 'degraded',
      dependencies: {
        mysql: { status: 'up', required: true, latency_ms: expect.any(Number) },
        kafka: { status: 'down', required: false, latency_ms: expect.any(Number), reason: 'connect ECONNREFUSED' },
      },
    })
    expect(getReady.success.body.safeParse(body).success).toBe(true)
  })

  it('shows strangers the status of each dependency, and no error or address', async () => {
    const readiness = await checkReadiness([{ name: 'kafka', required: false, check: down }], 1_000)

    const body = toReadinessBody(readiness, false)

    expect(body.dependencies).toEqual({ kafka: { status: 'down', required: false, latency_ms: expect.any(Number) } })
    expect(JSON.stringify(body)).not.toContain('ECONNREFUSED')
    expect(getReady.success.body.safeParse(body).success).toBe(true)
  })

  it('may have no dependencies while the process drains', () => {
    expect(getReady.success.body.safeParse({ status: 'draining', dependencies: {} }).success).toBe(true)
  })
})

describe('the body of what runs here', () => {
  it('shows the version of each server and the settings that decide on durability', async () => {
    const about = await describeService(
      { service: 'shop', version: '1.2.3', home: 'lambda', access: 'protected' },
      [
        {
          name: 'rabbitmq',
          channel: 'rabbitmq',
          describe: async () => ({ version: '4.0.5', durability: { 'queue type': 'quorum' } }),
        },
        { name: 'kafka', channel: 'kafka', describe: down },
      ],
      1_000,
    )

    const body = toAboutBody(about)

    expect(body).toMatchObject({
      service: 'shop',
      version: '1.2.3',
      home: 'lambda',
      node: process.version,
      dependencies: [
        { name: 'rabbitmq', status: 'up', version: '4.0.5' },
        { name: 'kafka', status: 'down', reason: 'connect ECONNREFUSED' },
      ],
      durability: [{ channel: 'rabbitmq', name: 'queue type', value: 'quorum' }],
    })
    expect(getAbout.success.body.safeParse(body).success).toBe(true)
  })
})

describe('the page of a problem type', () => {
  it.each(Object.keys(PROBLEMS))('exists for %s', (code) => {
    expect(getProblem.params.safeParse({ code }).success).toBe(true)
  })

  it.each(['', 'toString', 'Not-Found', 'unheard-of'])('does not exist for %j', (code) => {
    expect(getProblem.params.safeParse({ code }).success).toBe(false)
  })
})

describe('the schema of a message', () => {
  it.each(MESSAGE_NAMES)('is found as %s', (name) => {
    expect(getMessageSchema.params.safeParse({ name }).success).toBe(true)
  })

  it.each(['', 'order-placed', 'order-placed.v2.json'])('is not found as %j', (name) => {
    expect(getMessageSchema.params.safeParse({ name }).success).toBe(false)
  })
})

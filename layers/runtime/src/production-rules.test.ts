import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig } from './config'

const OWN = {
  NODE_ENV: 'production',
  MYSQL_USER: 'shop',
  MYSQL_PASSWORD: 'own',
  ORDER_ID_SECRET: 'a secret of sixteen or more',
  RABBITMQ_URL: 'amqps://shop:own@broker.example/',
}

function refusedIn(environment: Record<string, string>): readonly string[] {
  try {
    parseConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.keys
    throw error
  }
}

describe('in production', () => {
  it('every published default is refused', () => {
    expect([...refusedIn({ NODE_ENV: 'production' })].sort()).toEqual([
      'MYSQL_PASSWORD',
      'MYSQL_USER',
      'ORDER_ID_SECRET',
      'RABBITMQ_URL',
    ])
  })

  it('secrets of its own are accepted', () => {
    expect(parseConfig(OWN)).toMatchObject({ ...OWN, RABBITMQ_URL: [OWN.RABBITMQ_URL] })
  })

  it.each([
    ['MYSQL_PASSWORD', 'password'],
    ['MYSQL_USER', 'root'],
    ['MYSQL_USER', 'ROOT'],
    ['MYSQL_ADMIN_PASSWORD', 'password'],
    ['ORDER_ID_SECRET', 'local-development-secret'],
    ['RABBITMQ_URL', 'amqp://guest:guest@broker.example:5672/'],
    ['RABBITMQ_URL', 'amqps://guest:guest@broker.example/vhost'],
    ['RABBITMQ_URL', 'amqp://shop:guest@broker.example/'],
    ['RABBITMQ_URL', 'amqp://%67uest:%67uest@broker.example/'],
    ['RABBITMQ_URL', 'amqp://broker.example/'],
    ['RABBITMQ_URL', 'amqp://shop@broker.example/'],
    ['RABBITMQ_URL', 'amqp://shop:@broker.example/'],
  ])('%s=%s is refused, and the message does not contain the value', (key, value) => {
    expect(refusedIn({ ...OWN, [key]: value })).toEqual([key])
    expect(() => parseConfig({ ...OWN, [key]: value })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(value) }),
    )
  })

  it('the rights of an administrator are not needed', () => {
    expect(refusedIn({ ...OWN, MYSQL_ADMIN_USER: 'root', MYSQL_ADMIN_PASSWORD: 'own too' })).toEqual([])
  })
})

describe('behind a load balancer', () => {
  it.each(['0.0.0.0', '192.0.2.1', '::'])('that publishes on %s, the published defaults are refused', (address) => {
    expect(refusedIn({ EDGE_ADDRESS: address })).toHaveLength(4)
    expect(refusedIn({ ...OWN, NODE_ENV: 'development', EDGE_ADDRESS: address })).toEqual([])
  })

  it.each(['127.0.0.1', '::1', 'localhost'])('that publishes on %s, they are accepted', (address) => {
    expect(refusedIn({ EDGE_ADDRESS: address })).toEqual([])
  })
})

it.each(['development', 'test'])('in %s, the published defaults are accepted', (environment) => {
  expect(refusedIn({ NODE_ENV: environment, MYSQL_ADMIN_PASSWORD: 'password' })).toEqual([])
})

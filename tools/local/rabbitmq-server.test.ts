import { parseConfig } from '@ecommerce/runtime/config'
import { describe, expect, it } from 'vitest'
import { queueArguments } from '../../infra/topology/declare-topology'
import { hashPassword, parseAmqpUrl } from './rabbitmq-server'

describe('RABBITMQ_URL', () => {
  it.each([
    ['amqp://guest:guest@127.0.0.1:5672/', ['127.0.0.1', 5672, 'guest', 'guest', '/']],
    ['amqp://localhost', ['localhost', 5672, 'guest', 'guest', '/']],
    ['amqps://ann:p%40ss@mq.example.com/%2Fshop', ['mq.example.com', 5671, 'ann', 'p@ss', '/shop']],
    ['amqp://[::1]:5699/shop', ['::1', 5699, 'guest', 'guest', 'shop']],
  ])('%s is taken apart', (url, expected) => {
    expect(Object.values(parseAmqpUrl({ RABBITMQ_URL: [url] }))).toEqual(expected)
  })
})

it('a password is hashed as RabbitMQ documents', () => {
  // The worked example of https://www.rabbitmq.com/docs/passwords
  expect(hashPassword('test12', Buffer.from('908DC60A', 'hex'))).toBe(
    'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR',
  )
})

describe('the arguments of a queue', () => {
  it('remove the delivery limit where RabbitMQ has one', () => {
    expect(queueArguments(parseConfig({}), 4)).toEqual({ 'x-queue-type': 'quorum', 'x-delivery-limit': -1 })
    expect(queueArguments(parseConfig({}), 3)).toEqual({ 'x-queue-type': 'quorum' })
    expect(queueArguments(parseConfig({ RABBITMQ_QUEUE_TYPE: 'classic' }), 4)).toEqual({ 'x-queue-type': 'classic' })
  })
})

import { parseConfig } from '@ecommerce/runtime/config'
import { expect, it } from 'vitest'
import { toEventSettings } from './event-source-settings'

it.each([
  ['amqp://localhost', '/'],
  ['amqp://localhost:5672/', '/'],
  ['amqp://localhost:5672/%2F', '/'],
  ['amqp://localhost:5672//', '/'],
  ['amqp://guest:guest@localhost:5672/shop', 'shop'],
  ['amqp://localhost/a%2Fb', 'a/b'],
])('consumers read queues of the virtual host in %s', (RABBITMQ_URL, virtualHost) => {
  expect(toEventSettings(parseConfig({ RABBITMQ_URL })).RABBITMQ_VHOST).toBe(virtualHost)
})

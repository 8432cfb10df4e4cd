import { expect, it } from 'vitest'
import { type EventSourceService, openEventSources, ServiceRefusedError } from './without-framework'

const log = { notice: () => undefined, info: () => undefined, warning: () => undefined, error: () => undefined }
const invoke = async () => null

const service: EventSourceService = {
  name: 'shop',
  stage: 'test',
  region: 'eu-central-1',
  functions: {
    'on-order': { timeout: 30, events: [{ kafka: { topic: 'orders', batchSize: '7' } }] },
    'on-letter': { events: [{ rabbitmq: { arn: { Ref: 'Broker' }, queue: 'letters', enabled: false } }] },
    'get-order': { events: [{ httpApi: 'GET /orders' }] },
  },
  settings: { kafka: { brokers: ['kafka:9092'] }, rabbitmq: { concurrency: 2 } },
}

it('a program without the framework gets the same mappings as with serverless.yml', async () => {
  const { pollers } = await openEventSources(service, { invoke, log })

  expect(pollers.map(({ mapping }) => mapping)).toMatchObject([
    {
      name: 'on-order:kafka:orders',
      brokers: ['kafka:9092'],
      batchSize: 7,
      consumerGroupId: 'shop-test-on-order.kafka.orders',
    },
    { name: 'on-letter:rabbitmq:letters', queue: 'letters', concurrency: 2, enabled: false },
  ])
})

it('a program without the framework gets an error that names what is not emulated', async () => {
  const functions = { 'on-order': { events: [{ kafka: { topic: 'orders', consumptionMode: 'Queue' } }] } }

  const opened = openEventSources({ ...service, functions }, { invoke, log })

  await expect(opened).rejects.toThrow(ServiceRefusedError)
  await expect(opened).rejects.toThrow('on-order.events[0].kafka.consumptionMode')
})

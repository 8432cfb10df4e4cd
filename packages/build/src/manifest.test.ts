import { describe, expect, it } from 'vitest'
import { readManifest, toManifest } from './manifest.mjs'

const provider = { region: 'eu-central-1', stage: 'container', timeout: 10, memorySize: 512 }

function manifestOf(events: readonly (string | Record<string, unknown>)[], more = {}) {
  const functions = [{ work: { handler: 'dist/functions/works/work.handler', events, ...more } }]
  return toManifest({ service: 'shop', provider, functions })
}

describe('the manifest', () => {
  it('has what the framework would deploy of a function', () => {
    const { functions } = manifestOf([], { timeout: 30 })

    expect(functions.work).toEqual({
      name: 'shop-work',
      group: 'works',
      handler: 'dist/functions/works/work.handler',
      timeoutSeconds: 30,
      memorySizeMb: 512,
      routes: [],
      schedules: [],
      eventSources: [],
    })
  })

  it.each([
    ['GET /works/{id}', 'GET /works/{id}'],
    ['post /works', 'POST /works'],
    ['* /works', 'ANY /works'],
    ['*', '$default'],
    [{ path: '/works', method: 'delete' }, 'DELETE /works'],
    [{ path: '/{proxy+}', method: '*' }, 'ANY /{proxy+}'],
  ])('has the route key of %j', (httpApi, expected) => {
    expect(manifestOf([{ httpApi }]).functions.work?.routes).toEqual([expected])
  })

  it.each([
    ['rate(1 minute)', { everyMs: 60_000 }],
    ['rate(2 hours)', { everyMs: 7_200_000 }],
    [
      { rate: 'rate(1 day)', input: { a: 1 } },
      { everyMs: 86_400_000, input: { a: 1 } },
    ],
  ])('has the schedule of %j', (schedule, expected) => {
    expect(manifestOf([{ schedule }]).functions.work?.schedules).toEqual([expected])
  })

  it('has event sources without what is of AWS', () => {
    const kafka = {
      topic: 'orders',
      bootstrapServers: ['aws:9096'],
      accessConfigurations: { saslScram512Auth: ['arn'] },
    }

    expect(manifestOf([{ kafka }]).functions.work?.eventSources).toEqual([{ kafka: { topic: 'orders' } }])
  })

  it.each([
    [{ s3: 'photos' }, 'work: the function host does not serve s3 events'],
    [{ schedule: 'cron(0 12 * * ? *)' }, 'work: the function host knows schedules of one rate(...)'],
    [{ schedule: { rate: 'rate(1 day)', enabled: false } }, 'work: the function host knows schedules of one rate(...)'],
    [{ httpApi: { path: '/a', method: 'GET', authorizer: 'x' } }, 'work: the function host knows no authorizer'],
    [{ httpApi: 'GET' }, 'work: GET is no route'],
  ])('is refused for what the host does not do: %j', (event, message) => {
    expect(() => manifestOf([event])).toThrow(message)
  })
})

it('the manifest of the shop names its settings, for the process to fill in', async () => {
  const { functions, services } = await readManifest()

  expect(functions['on-dead-letter-kafka']?.eventSources).toEqual([
    {
      kafka: expect.objectContaining({ topic: '{KAFKA_DLQ_TOPIC}', consumerGroupId: '{KAFKA_GROUP_ID}-dead-letters' }),
    },
  ])
  expect(functions['on-order-placed-rabbitmq']?.eventSources).toEqual([
    { rabbitmq: expect.objectContaining({ queue: '{RABBITMQ_QUEUE}', virtualHost: '{RABBITMQ_VHOST}' }) },
  ])
  expect(functions['relay-outbox']?.schedules).toEqual([{ everyMs: 60_000 }])
  const groups = new Set(Object.values(functions).map(({ group }) => group))
  expect(new Set(Object.values(services).flatMap((service) => service.functions))).toEqual(groups)
})

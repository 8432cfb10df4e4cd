import { describe, expect, it } from 'vitest'
import { readManifest, toManifest } from './manifest.mjs'

const provider = { region: 'eu-central-1', stage: 'container', timeout: 10, memorySize: 512 }

function manifestOf(events: readonly (string | Record<string, unknown>)[], more = {}) {
  const functions = [{ work: { handler: 'dist/functions/works/work.handler', events, ...more } }]
  return toManifest({ service: 'shop', provider, functions })
}

describe('the manifest', () => {
  it('describes a function with the values that the framework would deploy', () => {
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
  ])('contains the route key of %j', (httpApi, expected) => {
    expect(manifestOf([{ httpApi }]).functions.work?.routes).toEqual([expected])
  })

  it.each([
    ['rate(1 minute)', { everyMs: 60_000 }],
    ['rate(2 hours)', { everyMs: 7_200_000 }],
    [
      { rate: 'rate(1 day)', input: { a: 1 } },
      { everyMs: 86_400_000, input: { a: 1 } },
    ],
  ])('contains the schedule of %j', (schedule, expected) => {
    expect(manifestOf([{ schedule }]).functions.work?.schedules).toEqual([expected])
  })

  it('contains a route with an authorizer for tokens, which the functions verify by themselves', () => {
    const httpApi = { path: '/works', method: 'post', authorizer: { name: 'tokens', scopes: ['works:write'] } }

    expect(manifestOf([{ httpApi }]).functions.work?.routes).toEqual(['POST /works'])
  })

  it.each([
    { httpApi: { cors: true } },
    { httpApi: { authorizers: { own: { type: 'request', functionName: 'check' } } } },
    { httpApi: { authorizers: { account: { type: 'aws_iam' } } } },
  ])('is refused for %j, because ignoring it would open routes', ({ httpApi }) => {
    const define = () => toManifest({ service: 'shop', provider: { ...provider, httpApi }, functions: [] })

    expect(define).toThrow('the function host supports only authorizers of type jwt')
  })

  it('may have authorizers for tokens', () => {
    const httpApi = { authorizers: { tokens: { type: 'jwt', issuerUrl: 'https://id.example', audience: ['shop'] } } }

    expect(toManifest({ service: 'shop', provider: { ...provider, httpApi }, functions: [] }).functions).toEqual({})
  })

  it('contains event sources without the properties for AWS', () => {
    const kafka = {
      topic: 'orders',
      bootstrapServers: ['aws:9096'],
      accessConfigurations: { saslScram512Auth: ['arn'] },
    }

    expect(manifestOf([{ kafka }]).functions.work?.eventSources).toEqual([{ kafka: { topic: 'orders' } }])
  })

  it.each([
    [{ s3: 'photos' }, 'work: the function host does not serve s3 events'],
    [{ schedule: 'cron(0 12 * * ? *)' }, 'work: the function host supports only enabled schedules with one rate(...)'],
    [
      { schedule: { rate: 'rate(1 day)', enabled: false } },
      'work: the function host supports only enabled schedules with one rate(...)',
    ],
    [
      { httpApi: { path: '/a', method: 'GET', authorizer: 'x' } },
      'work: the function host does not support authorizer',
    ],
    [
      { httpApi: { path: '/a', method: 'GET', authorizer: { type: 'aws_iam' } } },
      'work: the function host does not support authorizer',
    ],
    [
      { httpApi: { path: '/a', method: 'GET', authorizer: { id: 'x' } } },
      'work: the function host does not support authorizer',
    ],
    [{ httpApi: 'GET' }, 'work: GET is not a route'],
  ])('is refused when the function host does not support an event: %j', (event, message) => {
    expect(() => manifestOf([event])).toThrow(message)
  })
})

it('the manifest of the shop contains references to settings, which the process resolves', async () => {
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

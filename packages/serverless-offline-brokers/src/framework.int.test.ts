import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { PLUGIN_WITHOUT_BROKERS, type ServerlessRun, TestService } from './testing/test-service'

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:kafka-AbCdEf'
const MSK_ARN = 'arn:aws:kafka:eu-central-1:123456789012:cluster/shop/751d2973-a626-431c-9d4e-d7975eb44dd7-2'
const MQ_ARN = 'arn:aws:mq:eu-central-1:123456789012:broker:shop:b-9bcfa592-423a-4942-879d-eb284b418fc8'

const KAFKA = {
  accessConfigurations: { saslScram512Auth: [SECRET] },
  bootstrapServers: ['kafka:9092'],
  topic: 'orders',
}
const FAILURE_HANDLING = {
  functionResponseType: 'ReportBatchItemFailures',
  bisectBatchOnFunctionError: true,
  maximumRetryAttempts: 0,
  maximumRecordAgeInSeconds: 60,
  onFailureDestination: 'kafka://orders.failed',
  maximumBatchingWindow: 0,
}
const LOCAL = { 'serverless-offline': { httpPort: 0, lambdaPort: 0, useInProcess: true, noSponsor: true } }

let service: TestService | undefined
let run: ServerlessRun | undefined

afterEach(async () => {
  run?.signal('SIGKILL')
  await run?.exitCode
  await service?.remove()
})

function functionsOf(...events: readonly object[]): object {
  return { functions: { 'on-order': { handler: 'handler.echo', events } } }
}

async function start(args: readonly string[], configuration: object, environment = {}): Promise<ServerlessRun> {
  service = await TestService.create(PLUGIN_WITHOUT_BROKERS, configuration)
  run = service.run(args, environment)
  return run
}

describe('serverless package', () => {
  it('adds the properties that the framework does not have to the template', async () => {
    const { exitCode } = await start(
      ['package'],
      functionsOf(
        { kafka: { ...KAFKA, ...FAILURE_HANDLING } },
        { msk: { arn: MSK_ARN, topic: 'orders', ...FAILURE_HANDLING, maximumRecordAgeInSeconds: -1 } },
        { msk: { arn: { Ref: 'Cluster' }, topic: 'other', functionResponseTypes: ['ReportBatchItemFailures'] } },
        { rabbitmq: { arn: MQ_ARN, basicAuthArn: SECRET, queue: 'orders', maximumBatchingWindow: 0 } },
        { kafka: { ...KAFKA, topic: 'plain' } },
      ),
    )

    expect(await exitCode, run?.output).toBe(0)
    const added = {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 0,
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: 'kafka://orders.failed' } },
      MaximumBatchingWindowInSeconds: 0,
    }
    const names = Object.keys(added)
    expect(await packaged('OnDashorderEventSourceMappingKafkaOrders', names)).toEqual(added)
    expect(await packaged('OnDashorderEventSourceMappingMSKShopOrders', names)).toEqual({
      ...added,
      MaximumRecordAgeInSeconds: -1,
    })
    expect(await packaged('OnDashorderEventSourceMappingMSKClusterOther', names)).toEqual({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
    expect(await packaged('OnDashorderEventSourceMappingRabbitMQOrders', names)).toEqual({
      MaximumBatchingWindowInSeconds: 0,
    })
    expect(await packaged('OnDashorderEventSourceMappingKafkaPlain', names)).toEqual({})
  })

  it('refuses a value that AWS does not allow', async () => {
    const { exitCode } = await start(['package'], functionsOf({ kafka: { ...KAFKA, maximumRetryAttempts: 10_001 } }))

    expect(await exitCode).toBe(1)
    expect(run?.output).toContain('maximumRetryAttempts')
  })
})

describe('serverless offline start', () => {
  it('invokes functions after HTTP has started, and drains before it ends', async () => {
    const started = await start(
      ['offline', 'start'],
      {
        ...functionsOf({ kafka: KAFKA }, { httpApi: 'GET /' }),
        custom: { ...LOCAL, 'serverless-offline-brokers': { httpPort: 0, drainTimeoutMs: 4321 } },
      },
      { DRAIN_MS: '200' },
    )

    await started.printed('{"result":{"from":"on-order:kafka:orders"}}')
    expect(started.output.indexOf('Server ready')).toBeGreaterThan(-1)
    expect(started.output.indexOf('Server ready')).toBeLessThan(started.output.indexOf('"result"'))
    expect(started.output).toMatch(/State of the event sources: http:\/\/127\.0\.0\.1:\d+/)
    started.signal('SIGINT')
    expect(await started.exitCode, started.output).toBe(0)
    expect(started.output).toMatch(/Batches to finish: 1\b.*draining within 4321.*drained.*Event sources stopped/s)
    expect(started.output).toContain('Event source on-order:kafka:orders: topic orders of Kafka at localhost:9092')
  })

  it('ends immediately on a second Ctrl-C', async () => {
    const started = await start(
      ['offline', 'start'],
      { ...functionsOf({ kafka: KAFKA }, { httpApi: 'GET /' }), custom: LOCAL },
      { DRAIN_MS: '60000' },
    )
    await started.printed('"result"')

    started.signal('SIGINT')
    await started.printed('draining')
    // A signal soon after the first one is the same one, sent by npm and by the terminal.
    const again = setInterval(() => started.signal('SIGINT'), 100)
    const code = await started.exitCode
    clearInterval(again)

    expect(code).toBe(130)
    expect(started.output).not.toContain('drained')
  })

  it('fails with one message, without a stack trace, that names everything that is not emulated', async () => {
    const started = await start(['offline', 'start'], {
      ...functionsOf({ kafka: { ...KAFKA, onFailureDestination: 'arn:aws:sqs:eu-central-1:123456789012:failed' } }),
      custom: { ...LOCAL, 'serverless-offline-brokers': { retries: 1 } },
    })

    expect(await started.exitCode).toBe(1)
    expect(started.output).toContain('custom.serverless-offline-brokers.retries: is not a setting')
    expect(started.output).toContain('on-order.events[0].kafka.onFailureDestination: is emulated for a topic only')
    expect(started.output).not.toMatch(/ at .*plugin\.js/)
  })

  it('fails with a message when the port of the state endpoint is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo

    const started = await start(['offline', 'start'], {
      ...functionsOf({ kafka: KAFKA }, { httpApi: 'GET /' }),
      custom: { ...LOCAL, 'serverless-offline-brokers': { httpPort: port } },
    })

    expect(await started.exitCode).toBe(1)
    expect(started.output).toContain(`custom.serverless-offline-brokers.httpPort: ${port} is in use`)
    expect(started.output).not.toMatch(/ at .*plugin\.js/)
  })

  it.each([
    { where: 'in this process', useInProcess: true },
    { where: 'in workers', useInProcess: false },
  ])('continues when functions $where leave errors uncaught or exit', async ({ useInProcess }) => {
    const names = ['reject', 'throwLater', 'exit', 'echo']
    const functions = names.map((name) => {
      return [name, { handler: `handler.${name}`, events: [{ kafka: { ...KAFKA, topic: `to-${name}` } }] }]
    })
    const http = ['http', { handler: 'handler.echo', events: [{ httpApi: 'GET /' }] }]
    const custom = { 'serverless-offline': { ...LOCAL['serverless-offline'], useInProcess } }
    const started = await start(['offline', 'start'], { functions: Object.fromEntries([...functions, http]), custom })

    await Promise.all(
      [
        '{"failed":"reject failed: nobody handles this"}',
        '{"failed":"throwLater failed: in a timer"}',
        '{"failed":"exit failed: exited with status 3"}',
        '{"result":{"from":"echo:kafka:to-echo"}}',
      ].map((text) => started.printed(text)),
    )
    started.signal('SIGINT')
    expect(await started.exitCode, started.output).toBe(0)
  })

  it.each([
    { plugins: ['./plugin.js', './bundler.js', 'serverless-offline'] },
    { plugins: ['./bundler.js', './plugin.js', 'serverless-offline'] },
    { plugins: ['serverless-offline', './plugin.js', './bundler.js'] },
  ])('runs what a bundler has built, as HTTP does, with the plugins $plugins', async ({ plugins }) => {
    const port = await freePort()
    const started = await start(['offline', 'start'], {
      functions: { version: { handler: 'handler.version', events: [{ kafka: KAFKA }, { httpApi: 'GET /' }] } },
      custom: { 'serverless-offline': { ...LOCAL['serverless-offline'], httpPort: port } },
      plugins,
    })

    await started.printed('"result"')
    expect(started.output).toContain('{"result":"bundle"}')
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toContain('bundle')
  })

  it('is unchanged for a service without such events', async () => {
    const started = await start(['offline', 'start'], { ...functionsOf({ httpApi: 'GET /' }), custom: LOCAL })

    await started.printed('Server ready')
    started.signal('SIGTERM')
    expect(await started.exitCode, started.output).toBe(0)
    expect(started.output).not.toContain('vent source')
  })
})

describe('serverless offline, without start,', () => {
  it('is refused, because it cannot drain', async () => {
    const started = await start(['offline'], { ...functionsOf({ kafka: KAFKA }), custom: LOCAL })

    expect(await started.exitCode).toBe(1)
    expect(started.output).toContain('event sources need `serverless offline start`')
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function packaged(logicalId: string, names: readonly string[]): Promise<object> {
  const template = (await service?.template()) as { Resources: Record<string, { Properties: object } | undefined> }
  const properties = template.Resources[logicalId]?.Properties
  if (properties === undefined) throw new Error(`no ${logicalId} among ${Object.keys(template.Resources).join(', ')}`)
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)))
}

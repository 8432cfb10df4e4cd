import { randomUUID } from 'node:crypto'
import { afterEach, expect, it, vi } from 'vitest'
import type { MappingState } from './event-source-mapping'
import { kafkaSource } from './testing/test-kafka'
import { rabbitMqSource } from './testing/test-rabbitmq'
import { REAL_PLUGIN, type ServerlessRun, TestService } from './testing/test-service'

let service: TestService | undefined
let run: ServerlessRun | undefined

afterEach(async () => {
  run?.signal('SIGKILL')
  await run?.exitCode
  await service?.remove()
})

const ARN = 'arn:aws:mq:eu-central-1:123456789012:broker:shop:b-9bcfa592-423a-4942-879d-eb284b418fc8'
const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:name-AbCdEf'
const WITHIN = { timeout: 20_000, interval: 50 }

it('delivers records of both brokers to a real service, shows its state, and acknowledges everything before it ends', async () => {
  const kafka = kafkaSource(`plugin-${randomUUID()}`)
  const rabbitMq = rabbitMqSource(`plugin-${randomUUID()}`)
  await Promise.all([kafka.create(), rabbitMq.create()])
  await Promise.all([kafka.publish(['from Kafka']), rabbitMq.publish(['from RabbitMQ'])])
  const { topic, consumerGroupId } = kafka.mapping
  const { queue, virtualHost } = rabbitMq.mapping
  service = await TestService.create(REAL_PLUGIN, {
    functions: {
      'on-record': {
        handler: 'handler.echo',
        events: [
          {
            kafka: {
              accessConfigurations: { saslScram512Auth: [SECRET] },
              bootstrapServers: ['aws:9092'],
              topic,
              consumerGroupId,
            },
          },
        ],
      },
      'on-message': {
        handler: 'handler.echo',
        events: [{ rabbitmq: { arn: ARN, basicAuthArn: SECRET, queue, virtualHost } }],
      },
    },
    custom: {
      'serverless-offline': { httpPort: 0, lambdaPort: 0, useInProcess: true, noSponsor: true },
      'serverless-offline-brokers': {
        httpPort: 0,
        kafka: { brokers: kafka.mapping.brokers },
        rabbitmq: { url: rabbitMq.mapping.urls },
      },
    },
  })

  run = service.run(['offline', 'start'])
  await run.printed(`"value":"${Buffer.from('from Kafka').toString('base64')}"`)
  await run.printed(`"data":"${Buffer.from('from RabbitMQ').toString('base64')}"`)

  const url = /State of the event sources: (\S+)/.exec(run.output)?.[1] ?? 'no URL printed'
  await vi.waitFor(async () => {
    const { mappings } = (await (await fetch(url)).json()) as { mappings: MappingState[] }
    expect(mappings).toMatchObject([
      { name: `on-record:kafka:${topic}`, status: 'running', records: 1, failures: 0, lag: { [`${topic}-0`]: 0 } },
      { name: `on-message:rabbitmq:${queue}`, status: 'running', records: 1, failures: 0, queueDepth: 0 },
    ])
  }, WITHIN)
  run.signal('SIGTERM')
  expect(await run.exitCode, run.output).toBe(0)
  expect(await Promise.all([kafka.unacknowledged(), rabbitMq.unacknowledged()])).toEqual([0, 0])
})

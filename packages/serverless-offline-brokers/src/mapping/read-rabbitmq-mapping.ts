import type { RabbitMqMapping } from '../event-source-mapping'
import { NOT_EMULATED, readArn, readCommonProperties } from './read-event'
import type { Section } from './section'
import { PREFETCH_LIMIT, type RabbitMqSettings } from './settings'

interface Source {
  readonly functionKey: string
  readonly region: string
  readonly settings: RabbitMqSettings
}

/** One `rabbitmq` event. What is wrong goes to the findings of the section. */
export function readRabbitMqMapping(event: Section, { functionKey, region, settings }: Source): RabbitMqMapping {
  const queue = event.string('queue') ?? event.refuse('queue', 'is missing') ?? ''
  const virtualHost = event.string('virtualHost') ?? '/'
  const common = readCommonProperties(event, 'data')
  if (!namesVirtualHost(settings.url, virtualHost)) {
    event.refuse('virtualHost', `is ${virtualHost}, and the local address names another`)
  }
  if (settings.prefetch !== undefined && settings.prefetch < common.batchSize) {
    event.warn('batchSize', `is not reached: the local prefetch of ${settings.prefetch} lets no more out at once`)
  }
  // Credentials are local settings: a secret of AWS cannot be read here.
  event.get('basicAuthArn')
  const eventSourceArn = readArn(event, (name) => mqArn(region, name))
  event.refuseRest((name) => NOT_EMULATED.get(name) ?? 'is not emulated')
  return {
    kind: 'rabbitmq',
    name: `${functionKey}:rabbitmq:${queue}`,
    functionKey,
    ...common,
    url: settings.url,
    virtualHost,
    queue,
    eventSourceArn,
    concurrency: settings.concurrency,
    prefetch: settings.prefetch ?? Math.min(common.batchSize * settings.concurrency, PREFETCH_LIMIT),
  }
}

/** An address without a path names none. */
function namesVirtualHost(url: string, virtualHost: string): boolean {
  if (!URL.canParse(url)) return true
  const { pathname } = new URL(url)
  return ['', '/'].includes(pathname) || decodeURIComponent(pathname.slice(1)) === virtualHost
}

function mqArn(region: string, name: string): string {
  return `arn:aws:mq:${region}:000000000000:broker:${name}:b-00000000-0000-0000-0000-000000000000`
}

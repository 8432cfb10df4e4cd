import type { RabbitMqMapping } from '../event-source-mapping'
import { NOT_EMULATED, readArn, readCommonProperties } from './read-event'
import type { Section } from './section'
import { PREFETCH_LIMIT, type RabbitMqSettings } from './settings'

interface Source {
  readonly functionKey: string
  readonly region: string
  readonly settings: RabbitMqSettings
}

/** Reads one `rabbitmq` event. Problems go to the findings of the section. */
export function readRabbitMqMapping(event: Section, { functionKey, region, settings }: Source): RabbitMqMapping {
  const queue = event.string('queue') ?? event.refuse('queue', 'is missing') ?? ''
  const virtualHost = event.string('virtualHost') ?? '/'
  const common = readCommonProperties(event, 'data')
  if (!settings.urls.every((url) => matchesVirtualHost(url, virtualHost))) {
    event.refuse('virtualHost', `is ${virtualHost}, but the local URL names another one`)
  }
  if (settings.prefetch !== undefined && settings.prefetch < common.batchSize) {
    event.warn(
      'batchSize',
      `cannot be reached: the local prefetch allows only ${settings.prefetch} unacknowledged messages`,
    )
  }
  // For AWS: here, credentials come from the local settings.
  event.get('basicAuthArn')
  const eventSourceArn = readArn(event, (name) => mqArn(region, name))
  event.refuseRest((name) => NOT_EMULATED.get(name) ?? 'is not emulated')
  return {
    kind: 'rabbitmq',
    name: `${functionKey}:rabbitmq:${queue}`,
    functionKey,
    ...common,
    urls: settings.urls,
    tls: settings.tls,
    virtualHost,
    queue,
    eventSourceArn,
    concurrency: settings.concurrency,
    prefetch: settings.prefetch ?? Math.min(common.batchSize * settings.concurrency, PREFETCH_LIMIT),
  }
}

/** A URL without a path matches every virtual host. */
function matchesVirtualHost(url: string, virtualHost: string): boolean {
  if (!URL.canParse(url)) return true
  const { pathname } = new URL(url)
  return ['', '/'].includes(pathname) || decodeURIComponent(pathname.slice(1)) === virtualHost
}

function mqArn(region: string, name: string): string {
  return `arn:aws:mq:${region}:000000000000:broker:${name}:b-00000000-0000-0000-0000-000000000000`
}

import { byId, cell, element } from '@ecommerce/look/elements'
import { formatCount, formatDuration, plural, UNKNOWN } from '@ecommerce/look/format'
import { type Scrape, type Series, total, withLabels } from './read-metrics'
import { sparkline } from './sparkline'
import type { Trends } from './trends'

interface Backlog {
  readonly where: string
  /** A custom property of the stylesheet. */
  readonly color: string
  /** Absent when nobody knows it, for example because the broker is down. */
  readonly size: number | undefined
  readonly detail: string
  readonly unit: 'messages' | 'events' | 'calls'
}

const LAG = 'ecommerce_kafka_consumer_lag'
const DEPTH = 'ecommerce_rabbitmq_queue_messages'

/** A broker that is down keeps its row: the size of its backlog is shown as unknown. */
export function readBacklogs(scrape: Scrape): Backlog[] {
  return [
    ...brokerBacklogs(scrape, { metric: LAG, label: 'topic', broker: 'Kafka', color: '--kafka' }),
    ...brokerBacklogs(scrape, { metric: DEPTH, label: 'queue', broker: 'RabbitMQ', color: '--rabbitmq' }),
    outboxBacklog(scrape),
    {
      where: 'MySQL pool',
      color: '--muted',
      size: total(scrape, 'ecommerce_mysql_pool_waiting'),
      detail: poolDetail(scrape),
      unit: 'calls',
    },
  ]
}

/** The backlog of each broker's orders. They are in the first topic and in the first queue. */
export function orderBacklogs(scrape: Scrape): Record<'kafka' | 'rabbitmq', number | undefined> {
  const first = (metric: string, label: string) => {
    const name = scrape.get(metric)?.[0]?.labels[label]
    return name === undefined ? undefined : total(scrape, metric, { [label]: name })
  }
  return { kafka: first(LAG, 'topic'), rabbitmq: first(DEPTH, 'queue') }
}

export function backlogTrends(scrape: Scrape): Record<string, number | undefined> {
  return Object.fromEntries(readBacklogs(scrape).map(({ where, size }) => [where, size]))
}

export function showBacklogs(scrape: Scrape, trends: Trends, nowMs: number): void {
  const { spanMs } = trends
  byId('backlogs').replaceChildren(
    ...readBacklogs(scrape).map(({ where, color, size, detail, unit }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, where),
        element('td', { class: 'number strong' }, formatCount(size)),
        element(
          'td',
          { class: 'trend-column' },
          sparkline(trends.line(where), { name: 'backlog', unit, format: formatCount, color, spanMs, nowMs }),
        ),
        cell('details', detail),
      ),
    ),
  )
}

interface BrokerMetric {
  readonly metric: string
  readonly label: 'topic' | 'queue'
  readonly broker: string
  readonly color: string
}

function brokerBacklogs(scrape: Scrape, { metric, label, broker, color }: BrokerMetric): Backlog[] {
  const names = [...new Set((scrape.get(metric) ?? []).map(({ labels }) => labels[label] ?? ''))]
  if (names.length === 0)
    return [{ where: broker, color, size: undefined, detail: unknownDetail(broker), unit: 'messages' }]
  return names.map((name) => {
    const series = withLabels(scrape, metric, { [label]: name })
    return {
      where: `${broker} ${label} ${name}`,
      color,
      size: total(scrape, metric, { [label]: name }),
      detail: series.some(({ labels }) => labels.partition !== undefined) ? partitionDetail(series) : 'messages ready',
      unit: 'messages',
    }
  })
}

function partitionDetail(series: readonly Series[]): string {
  const behind = series.filter(({ value }) => value > 0)
  const group = `group ${series[0]?.labels.group ?? ''}`
  if (behind.length === 0) return `${plural(series.length, 'partition')}, ${group}`
  const parts = behind.map(({ labels, value }) => `${labels.partition}: ${formatCount(value)}`)
  return `by partition ${parts.join(', ')}; ${group}`
}

function outboxBacklog(scrape: Scrape): Backlog {
  const size = total(scrape, 'ecommerce_outbox_pending_events')
  return { where: 'Outbox', color: '--muted', size, detail: outboxDetail(scrape, size), unit: 'events' }
}

function outboxDetail(scrape: Scrape, size: number | undefined): string {
  if (size === undefined) return unknownDetail('MySQL')
  if (size === 0) return 'all events published'
  const ageSeconds = total(scrape, 'ecommerce_outbox_oldest_event_age_seconds')
  return `oldest ${formatDuration(ageSeconds === undefined ? undefined : ageSeconds * 1_000)}`
}

function poolDetail(scrape: Scrape): string {
  const inUse = total(scrape, 'ecommerce_mysql_pool_connections', { state: 'in_use' })
  const idle = total(scrape, 'ecommerce_mysql_pool_connections', { state: 'idle' })
  return inUse === undefined ? UNKNOWN : `callers without a connection; ${inUse} in use, ${idle ?? 0} idle`
}

function unknownDetail(server: string): string {
  return `unknown: ${server} does not respond`
}

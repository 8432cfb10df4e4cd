import { byId, cell, element } from './elements'
import { formatCount, formatSeconds, plural, UNKNOWN } from './format'
import { sparkline } from './line-chart'
import { type Scrape, type Series, total, withLabels } from './read-metrics'
import type { Trends } from './trends'

interface Backlog {
  readonly where: string
  readonly className: string
  readonly waiting: number | undefined
  readonly detail: string
}

const LAG = 'ecommerce_kafka_consumer_lag'
const DEPTH = 'ecommerce_rabbitmq_queue_messages'

/** What a broker waits with that is away is not known, and its rows say so rather than vanish. */
export function readBacklogs(scrape: Scrape): Backlog[] {
  const outboxAge = total(scrape, 'ecommerce_outbox_oldest_event_age_seconds')
  const outbox = total(scrape, 'ecommerce_outbox_pending_events')
  return [
    ...brokerBacklogs(scrape, LAG, 'topic', 'Kafka', 'kafka'),
    ...brokerBacklogs(scrape, DEPTH, 'queue', 'RabbitMQ', 'rabbitmq'),
    {
      where: 'Outbox',
      className: 'plain',
      waiting: outbox,
      detail:
        outbox === undefined
          ? unmeasured('MySQL')
          : outbox === 0
            ? 'events all sent'
            : `oldest ${formatSeconds(outboxAge)}`,
    },
    {
      where: 'MySQL pool',
      className: 'plain',
      waiting: total(scrape, 'ecommerce_mysql_pool_waiting'),
      detail: poolDetail(scrape),
    },
  ]
}

/** By channel, what waits where its consumer takes orders from: the first topic, the first queue. */
export function waitingOrders(scrape: Scrape): Record<'kafka' | 'rabbitmq', number | undefined> {
  const first = (metric: string, label: string) => {
    const name = scrape.get(metric)?.[0]?.labels[label]
    return name === undefined ? undefined : total(scrape, metric, { [label]: name })
  }
  return { kafka: first(LAG, 'topic'), rabbitmq: first(DEPTH, 'queue') }
}

export function backlogTrends(scrape: Scrape): Record<string, number | undefined> {
  return Object.fromEntries(readBacklogs(scrape).map(({ where, waiting }) => [where, waiting]))
}

export function showBacklogs(scrape: Scrape, trends: Trends, nowMs: number): void {
  byId('backlogs').replaceChildren(
    ...readBacklogs(scrape).map(({ where, className, waiting, detail }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, where),
        element('td', { class: 'number strong' }, formatCount(waiting)),
        element('td', { class: 'trend-column' }, sparkline(trends.line(where), trends.spanMs, nowMs, className)),
        cell('detail', detail),
      ),
    ),
  )
}

function brokerBacklogs(scrape: Scrape, metric: string, label: string, broker: string, className: string): Backlog[] {
  const names = [...new Set((scrape.get(metric) ?? []).map(({ labels }) => labels[label] ?? ''))]
  if (names.length === 0) return [{ where: broker, className, waiting: undefined, detail: unmeasured(broker) }]
  return names.map((name) => {
    const series = withLabels(scrape, metric, { [label]: name })
    return {
      where: `${broker} ${label} ${name}`,
      className,
      waiting: total(scrape, metric, { [label]: name }),
      detail: series.some(({ labels }) => labels.partition !== undefined) ? partitions(series) : 'messages ready',
    }
  })
}

function partitions(series: readonly Series[]): string {
  const behind = series.filter(({ value }) => value > 0)
  const group = `group ${series[0]?.labels.group ?? ''}`
  if (behind.length === 0) return `${plural(series.length, 'partition')}, ${group}`
  const parts = behind.map(({ labels, value }) => `${labels.partition}: ${formatCount(value)}`)
  return `by partition ${parts.join(', ')}; ${group}`
}

function poolDetail(scrape: Scrape): string {
  const inUse = total(scrape, 'ecommerce_mysql_pool_connections', { state: 'in_use' })
  const idle = total(scrape, 'ecommerce_mysql_pool_connections', { state: 'idle' })
  return inUse === undefined ? UNKNOWN : `callers without a connection; ${inUse} in use, ${idle ?? 0} idle`
}

function unmeasured(server: string): string {
  return `not known: ${server} does not tell`
}

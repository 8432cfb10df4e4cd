import { createPoller } from '../delivery/create-poller'
import { createLanes } from '../delivery/lanes'
import type { Poller, PollerParts, RabbitMqMapping } from '../event-source-mapping'
import { compileFilters } from '../filter/filter-pattern'
import { RABBITMQ_POLLER_DEFAULTS, type RabbitMqPollerOptions } from './connect-rabbitmq'
import { openRabbitMqSession } from './rabbitmq-session'

/**
 * Polls one queue. At least once: a message is acknowledged after the function has returned. A failed batch is held back
 * for the retry delay. Then its messages are requeued one by one, so that dead letter exchange, delivery limit and
 * `redelivered` work as the broker documents them.
 *
 * Choices, because AWS documents none of this: a batch is never larger than `prefetch`, the limit of unacknowledged
 * messages. Messages that were prefetched behind a failed batch overtake it. With a `concurrency` above 1 there is no order.
 */
export function createRabbitMqPoller(
  mapping: RabbitMqMapping,
  parts: PollerParts,
  options: Partial<RabbitMqPollerOptions> = {},
): Poller {
  const settings = { ...RABBITMQ_POLLER_DEFAULTS, ...options }
  const lanes = createLanes()
  const passesFilters = compileFilters(mapping.filters, 'data')
  return createPoller(mapping, parts, {
    reconnectDelay: settings.reconnectDelay,
    openSession: (stats) => openRabbitMqSession({ mapping, parts, settings, lanes, passesFilters, stats }),
  })
}

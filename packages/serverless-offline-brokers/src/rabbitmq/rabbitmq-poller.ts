import { createPoller } from '../delivery/create-poller'
import { createLanes } from '../delivery/lanes'
import type { Poller, PollerParts, RabbitMqMapping } from '../event-source-mapping'
import { compileFilters } from '../filter/filter-pattern'
import { RABBITMQ_POLLER_DEFAULTS, type RabbitMqPollerOptions } from './connect-rabbitmq'
import { openRabbitMqSession } from './rabbitmq-session'

/**
 * Polls one queue. At least once: a message is acknowledged after the function is done with its batch. A batch that
 * fails is held back for the delay and then goes back to the queue message by message, so that dead-letter exchange,
 * delivery limit and `redelivered` do what the broker's documentation says.
 *
 * Choices, as AWS documents none of this: a batch is never larger than `prefetch`, which is all the broker has out at
 * once; messages that are prefetched behind a failing batch overtake it; with `concurrency` above 1 there is no order.
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

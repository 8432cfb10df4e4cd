import { setTimeout as delay } from 'node:timers/promises'
import { MysqlOutboxStore } from '@ecommerce/adapters/mysql'
import { OutboxRelay } from '@ecommerce/domain'
import { database } from './database'
import { eventPublisher } from './kafka'
import { lifecycle } from './lifecycle'
import { isPlacementSaturated } from './placement'
import { clock, config } from './settings'
import { logger } from './telemetry'

export const outboxStore = new MysqlOutboxStore(database, clock)

export const outboxRelay = new OutboxRelay(
  {
    store: outboxStore,
    publisher: eventPublisher,
    clock,
    isSaturated: isPlacementSaturated,
    pause: (ms) => delay(ms, undefined, { ref: false }),
    onFailure: (error) => logger.warn({ err: error }, 'events stay in the outbox: they could not be published'),
  },
  {
    batchSize: config.OUTBOX_BATCH_SIZE,
    intervalMs: config.OUTBOX_INTERVAL_MS,
    saturatedIntervalMs: config.OUTBOX_SATURATED_INTERVAL_MS,
  },
)
lifecycle.onClose('relay', () => outboxRelay.stop())

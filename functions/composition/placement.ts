import { MysqlOrderStore } from '@ecommerce/adapters/mysql'
import {
  type AcceptedOrder,
  type CallLimits,
  createSaturation,
  GroupCommit,
  Mutex,
  type Outcome,
} from '@ecommerce/domain'
import { observePlacement, TracedGroupCommit } from '@ecommerce/runtime'
import { database } from './database'
import { clock, config } from './settings'
import { metrics, tracer } from './telemetry'

export const orderStore = new MysqlOrderStore(database, clock)

const place = observePlacement(orderStore.place.bind(orderStore), metrics, clock)

const groupCommit = createGroupCommit()

/**
 * Consumed batches are placed one after another. In parallel they would only wait for the row lock of a hot product, and
 * with many of them that wait would time out.
 */
const consumedBatches = new Mutex({ maxWaiting: config.ORDER_QUEUE_SIZE })

/** Whether this process places orders without a break, so that background work should wait. */
export const isPlacementSaturated = createSaturation([groupCommit, consumedBatches])

/** Places an order together with the others that arrive at the same time. */
export function placeOne(order: AcceptedOrder, limits?: CallLimits): Promise<Outcome> {
  return groupCommit.submit(order, limits)
}

/** Places a consumed batch when the batches before it are placed. */
export function placeBatch(orders: readonly AcceptedOrder[], limits?: CallLimits): Promise<readonly Outcome[]> {
  const work = () =>
    tracer === undefined
      ? place(orders, limits)
      : tracer.inSpan(
          { name: 'place orders', kind: 'internal', attributes: { 'ecommerce.batch.size': orders.length } },
          () => place(orders, limits),
        )
  return consumedBatches.run(work, limits)
}

function createGroupCommit(): Pick<GroupCommit<AcceptedOrder, Outcome>, 'submit' | 'busyPeriod'> {
  const options = { maxBatch: config.ORDER_BATCH_SIZE, maxWaiting: config.ORDER_QUEUE_SIZE }
  if (tracer === undefined) return new GroupCommit(place, options)
  return new TracedGroupCommit(place, options, tracer, {
    one: 'place order',
    many: 'place orders',
    attributesOf: ({ id }) => ({ 'ecommerce.order.id': id }),
  })
}

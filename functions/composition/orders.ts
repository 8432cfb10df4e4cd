import { randomUUID } from 'node:crypto'
import { OrderIds, OrderService } from '@ecommerce/domain'
import { orderPublishers } from './order-publishers'
import { orderStore, placeBatch, placeOne } from './placement'
import './relay-after-commit'
import { clock, config } from './settings'

export const orders = new OrderService({
  store: orderStore,
  ids: new OrderIds({ secret: config.ORDER_ID_SECRET, clock, randomUuid: randomUUID }),
  clock,
  place: placeOne,
  placeBatch,
  publishers: orderPublishers,
})

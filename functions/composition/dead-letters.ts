import { MysqlDeadLetterStore } from '@ecommerce/adapters/mysql'
import { DeadLetterService } from '@ecommerce/domain'
import { database } from './database'
import { orderPublishers } from './order-publishers'
import { clock } from './settings'

export const deadLetterStore = new MysqlDeadLetterStore(database)

export const deadLetters = new DeadLetterService({ store: deadLetterStore, origins: orderPublishers, clock })

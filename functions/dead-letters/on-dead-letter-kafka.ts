import { kafkaMessages } from '@ecommerce/runtime'
import { consumer, deadLetterService } from '../composition'

export const handler = consumer(kafkaMessages, (messages) => deadLetterService.record(messages))

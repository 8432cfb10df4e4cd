import { rabbitMqMessages } from '@ecommerce/runtime'
import { consumer, deadLetterService } from '../composition'

export const handler = consumer(rabbitMqMessages, (messages) => deadLetterService.record(messages))

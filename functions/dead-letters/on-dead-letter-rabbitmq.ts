import { rabbitMqMessages } from '@ecommerce/runtime'
import { consumer, deadLetterService } from '../composition'

export const handler = consumer(rabbitMqMessages, async (messages) => {
  await deadLetterService.record(messages)
  return {}
})

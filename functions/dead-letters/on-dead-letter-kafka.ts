import { kafkaMessages } from '@ecommerce/runtime'
import { consumer, deadLetterService } from '../composition'

export const handler = consumer(kafkaMessages, async (messages) => {
  await deadLetterService.record(messages)
  return {}
})

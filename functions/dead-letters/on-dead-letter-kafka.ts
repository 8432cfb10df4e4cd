import { kafkaMessages } from '@ecommerce/runtime'
import { deadLetters } from '../composition/dead-letters'
import { consumer } from '../composition/telemetry'

export const handler = consumer(kafkaMessages, async (messages) => {
  await deadLetters.record(messages)
  return {}
})

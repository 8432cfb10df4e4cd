import { rabbitMqMessages } from '@ecommerce/runtime'
import { deadLetters } from '../composition/dead-letters'
import { consumer } from '../composition/telemetry'

export const handler = consumer(rabbitMqMessages, async (messages) => {
  await deadLetters.record(messages)
  return {}
})

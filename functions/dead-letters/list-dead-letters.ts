import { deadLetters } from '../composition/dead-letters'
import { http } from '../composition/telemetry'
import { listDeadLetters, toDeadLetterPage } from './contract'

export const handler = http(listDeadLetters, async ({ query }) => {
  const page = await deadLetters.list(query)
  return { body: toDeadLetterPage(page) }
})

import { deadLetterService, http } from '../composition'
import { listDeadLetters, toDeadLetterPage } from './contract'

export const handler = http(listDeadLetters, async ({ query }) => {
  const page = await deadLetterService.list(query)
  return { body: toDeadLetterPage(page) }
})

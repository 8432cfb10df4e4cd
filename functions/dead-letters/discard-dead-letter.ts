import { deadLetterService, http } from '../composition'
import { discardDeadLetter } from './contract'

export const handler = http(discardDeadLetter, async ({ params, requestId }) => {
  await deadLetterService.discard(params.id, requestId)
  return {}
})

import { deadLetterService, http } from '../composition'
import { replayDeadLetter, toDeadLetterBody } from './contract'

export const handler = http(replayDeadLetter, async ({ params, requestId }) => {
  const letter = await deadLetterService.replay(params.id, requestId)
  return { body: toDeadLetterBody(letter) }
})

import { deadLetters } from '../composition/dead-letters'
import { http } from '../composition/telemetry'
import { replayDeadLetter, toDeadLetterBody } from './contract'

export const handler = http(replayDeadLetter, async ({ params, requestId, caller }) => {
  const letter = await deadLetters.replay(params.id, requestId, caller.userId)
  return { body: toDeadLetterBody(letter) }
})

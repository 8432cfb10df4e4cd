import { deadLetters } from '../composition/dead-letters'
import { http } from '../composition/telemetry'
import { discardDeadLetter } from './contract'

export const handler = http(discardDeadLetter, async ({ params, requestId, caller }) => {
  await deadLetters.discard(params.id, requestId, caller.userId)
  return {}
})

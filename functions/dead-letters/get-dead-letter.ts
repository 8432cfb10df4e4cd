import { deadLetters } from '../composition/dead-letters'
import { http } from '../composition/telemetry'
import { getDeadLetter, toDeadLetterBody } from './contract'

export const handler = http(getDeadLetter, async ({ params }) => {
  const letter = await deadLetters.get(params.id)
  return { body: toDeadLetterBody(letter) }
})

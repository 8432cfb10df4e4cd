import { deadLetterService, http } from '../composition'
import { getDeadLetter, toDeadLetterBody } from './contract'

export const handler = http(getDeadLetter, async ({ params }) => {
  const letter = await deadLetterService.get(params.id)
  return { body: toDeadLetterBody(letter) }
})

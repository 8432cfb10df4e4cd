import { z } from '@ecommerce/runtime'
import { orderPlacedSchema } from './order-placed-message'

/** The published messages, with the schemas by which consumers validate them. */
const MESSAGES = { 'order-placed.v1.json': orderPlacedSchema }

type MessageName = keyof typeof MESSAGES

export const MESSAGE_NAMES = Object.keys(MESSAGES) as MessageName[]

/**
 * The JSON Schema of a message. A test checks that `docs/messages` has the same. Unknown members are allowed: a newer
 * producer may send them.
 */
export function messageSchema(name: MessageName) {
  return z.toJSONSchema(MESSAGES[name], { io: 'input' })
}

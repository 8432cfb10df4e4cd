import { z } from '@ecommerce/runtime'
import { orderPlacedSchema } from './order-placed-message'

/**
 * The messages whose JSON Schema is published, of the schema by which consumers validate them; a test holds
 * `docs/messages` equal. Unknown members are allowed: they are a newer producer's.
 */
export const MESSAGE_SCHEMAS = {
  'order-placed.v1.json': z.toJSONSchema(orderPlacedSchema, { io: 'input' }),
}

export const MESSAGE_NAMES = Object.keys(MESSAGE_SCHEMAS) as (keyof typeof MESSAGE_SCHEMAS)[]

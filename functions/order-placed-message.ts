import { type ConsumedOrder, MAX_LINES, MAX_QUANTITY } from '@ecommerce/domain'
import { type ConsumedMessage, z } from '@ecommerce/runtime'
import { instant, upTo } from './fields'

/** The message `order_placed` v1. Its JSON Schema is published. */
export const orderPlacedSchema = z
  .object({
    type: z.literal('order_placed'),
    version: z.literal(1),
    order: z.object({
      id: z.guid(),
      user_id: upTo(64, z.string().min(1)),
      items: z
        .array(z.object({ product_id: z.int().min(1), quantity: z.int().min(1).max(MAX_QUANTITY) }))
        .min(1)
        .max(MAX_LINES)
        .refine(namesEachProductOnce, 'must name each product once'),
    }),
    accepted_at: instant,
    channel: z.enum(['kafka', 'rabbitmq']),
  })
  .meta({ title: 'order_placed v1', description: 'An accepted order on its way to placement' })

/** Why a message can never succeed. */
export interface Poison {
  readonly code: 'malformed-json' | 'invalid-message'
  readonly detail: string
}

export type ParsedMessage = { readonly message: ConsumedMessage } & (ConsumedOrder | { readonly poison: Poison })

/**
 * Parses the order of a message, or says why the message can never succeed. Unknown members are ignored: a newer producer
 * may send them.
 */
export function parseOrderPlaced(message: ConsumedMessage): ParsedMessage {
  const json = parseJson(message.body)
  if (json === undefined) return { message, poison: { code: 'malformed-json', detail: 'the body is not JSON' } }
  const parsed = orderPlacedSchema.safeParse(json)
  if (!parsed.success) return { message, poison: { code: 'invalid-message', detail: z.prettifyError(parsed.error) } }

  const { order, accepted_at, channel } = parsed.data
  return {
    message,
    order: {
      id: order.id,
      userId: order.user_id,
      channel,
      lines: order.items.map(({ product_id, quantity }) => ({ productId: product_id, quantity })),
      acceptedAt: new Date(accepted_at),
    },
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

/** Placement and cancellation rely on this. The HTTP routes check it too. */
function namesEachProductOnce(items: readonly { readonly product_id: number }[]): boolean {
  return new Set(items.map(({ product_id }) => product_id)).size === items.length
}

import { type ConsumedOrder, implausibility, MAX_LINES, MAX_QUANTITY, type TimeLimits } from '@ecommerce/domain'
import { type ConsumedMessage, z } from '@ecommerce/runtime'
import { instant, upTo } from './fields'

const userId = upTo(64, z.string().min(1))

/** The message `order_placed` v1. Its JSON Schema is published. */
export const orderPlacedSchema = z
  .object({
    type: z.literal('order_placed'),
    version: z.literal(1),
    order: z.object({
      id: z.guid(),
      user_id: userId,
      placed_by: userId
        .optional()
        .meta({ description: 'The user id of the caller, who may have ordered for somebody else' }),
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
  readonly code: 'malformed-json' | 'invalid-message' | 'implausible-time'
  readonly detail: string
}

/** A message with an implausible time. It may be a repeated delivery, after a step of a clock. */
export interface ImplausibleMessage {
  readonly poison: Poison
  readonly implausible: ConsumedOrder
}

export type ParsedMessage = { readonly message: ConsumedMessage } & (
  | ConsumedOrder
  | ImplausibleMessage
  | { readonly poison: Poison }
)

/**
 * Parses the order of a message, or says why the message can never succeed. Unknown members are ignored: a newer producer
 * may send them. An implausible time of acceptance is refused, because it would falsify every measured latency.
 */
export function parseOrderPlaced(message: ConsumedMessage, limits: TimeLimits): ParsedMessage {
  const json = parseJson(message.body)
  if (json === undefined) return { message, poison: { code: 'malformed-json', detail: 'the body is not JSON' } }
  const parsed = orderPlacedSchema.safeParse(json)
  if (!parsed.success) return { message, poison: { code: 'invalid-message', detail: z.prettifyError(parsed.error) } }

  const { order, accepted_at, channel } = parsed.data
  const acceptedAt = new Date(accepted_at)
  const consumed: ConsumedOrder = {
    order: {
      id: order.id,
      userId: order.user_id,
      placedBy: order.placed_by,
      channel,
      lines: order.items.map(({ product_id, quantity }) => ({ productId: product_id, quantity })),
      acceptedAt,
    },
  }
  const poison = poisonOfTime('accepted_at', acceptedAt, limits) ?? poisonOfTimeHeader(message, limits)
  return poison ? { message, poison, implausible: consumed } : { message, ...consumed }
}

/** The time of acceptance in microseconds since 1970. Other producers may leave it out. */
const TIME_HEADER = 'accepted-at-us'
const MICROSECONDS = /^\d+$/

function poisonOfTimeHeader({ headers }: ConsumedMessage, limits: TimeLimits): Poison | undefined {
  const text = headers[TIME_HEADER]
  if (text === undefined) return undefined
  if (MICROSECONDS.test(text)) return poisonOfTime(`the header ${TIME_HEADER}`, new Date(Number(text) / 1_000), limits)
  return { code: 'invalid-message', detail: `the header ${TIME_HEADER} is not a number of microseconds since 1970` }
}

function poisonOfTime(name: string, at: Date, limits: TimeLimits): Poison | undefined {
  const reason = implausibility(at, limits)
  return reason === undefined ? undefined : { code: 'implausible-time', detail: `${name} ${reason}` }
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

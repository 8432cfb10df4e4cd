import { z } from 'zod'
import { CHANNELS } from '../results'

/** The members of responses that the load tool reads. It ignores all others, so it also works with a newer shop. */

const instant = z.iso.datetime().transform((text) => Date.parse(text))

export const productBody = z.object({ id: z.int(), created_at: instant })

export const inventoryBody = z.object({ on_hand: z.int(), sold: z.int() })

export const orderStatusBody = z.object({ id: z.string(), status: z.string() })

const orderBody = z
  .object({
    id: z.string(),
    status: z.enum(['confirmed', 'rejected', 'shipped', 'delivered', 'cancelled']),
    user_id: z.string(),
    channel: z.enum(CHANNELS),
    items: z.array(z.object({ product_id: z.int(), quantity: z.int() })),
    accepted_at: instant,
    consumed_at: instant.optional(),
    committed_at: instant,
  })
  .transform(({ id, status, user_id, channel, items, accepted_at, consumed_at, committed_at }) => ({
    id,
    status,
    userId: user_id,
    channel,
    lines: items.map(({ product_id, quantity }) => ({ productId: product_id, quantity })),
    acceptedAtMs: accepted_at,
    consumedAtMs: consumed_at,
    committedAtMs: committed_at,
  }))

/** An order as the shop has recorded it. Times are in whole milliseconds of the shop's clock. */
export type RecordedOrder = z.output<typeof orderBody>

export const orderPageBody = z.object({ items: z.array(orderBody), next_cursor: z.string().optional() })

const deadLetterBody = z
  .object({ message_id: z.string(), status: z.string(), last_failed_at: instant })
  .transform(({ message_id, status, last_failed_at }) => ({
    messageId: message_id,
    status,
    lastFailedAtMs: last_failed_at,
  }))

export type DeadLetter = z.output<typeof deadLetterBody>

export const deadLetterPageBody = z.object({ items: z.array(deadLetterBody), next_cursor: z.string().optional() })

export const readinessBody = z.object({
  status: z.string(),
  dependencies: z.record(z.string(), z.object({ status: z.string(), reason: z.string().optional() })),
})

export const aboutBody = z.object({
  service: z.string().optional(),
  version: z.string().optional(),
  home: z.string().optional(),
  node: z.string().optional(),
  cpus: z.number().optional(),
  dependencies: z.array(z.object({ name: z.string(), version: z.string().optional() })).default([]),
  durability: z
    .array(z.object({ channel: z.enum([...CHANNELS, 'all']), name: z.string(), value: z.coerce.string() }))
    .default([]),
})

/** What the shop reports about itself. */
export type About = z.output<typeof aboutBody>

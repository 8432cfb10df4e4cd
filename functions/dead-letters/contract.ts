import { isUtf8 } from 'node:buffer'
import { DEAD_LETTER_STATUSES, type DeadLetter, type DeadLetterSummary, type Page } from '@ecommerce/domain'
import { defineRoute, z } from '@ecommerce/runtime'
import { cursor, instant, limit, noIdempotencyKey } from '../fields'

const broker = z.enum(['kafka', 'rabbitmq'])
const status = z.enum(DEAD_LETTER_STATUSES)

const params = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/) })

const noKey = z.object({
  'idempotency-key': noIdempotencyKey(
    'a dead letter is replayed or discarded once, and a message that is published twice places its order once',
  ),
})

const summaryBody = z
  .object({
    id: z.string(),
    broker,
    source: z.string().meta({ description: 'The topic or queue in which the message failed' }),
    position: z.string().optional().meta({ description: 'Kafka: its last partition and offset, as partition-offset' }),
    message_id: z.string(),
    key: z.string().optional(),
    cause: z.object({ code: z.string(), detail: z.string() }).meta({ description: 'The cause of the last failure' }),
    status,
    failures: z.int().meta({ description: '1, and 1 more for each replay that failed' }),
    first_failed_at: instant,
    last_failed_at: instant,
  })
  .meta({ id: 'DeadLetterSummary' })

const deadLetterBody = summaryBody
  .extend({
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    body_encoding: z.enum(['utf-8', 'base64']).meta({ description: 'base64 for a body that is not valid UTF-8' }),
    actions: z
      .array(
        z.object({
          kind: z.enum(['replayed', 'discarded']),
          request_id: z.string(),
          at: instant,
          acted_by: z.string().optional(),
        }),
      )
      .meta({ description: 'Replays and discards, oldest first' }),
  })
  .meta({ id: 'DeadLetter' })

export const listDeadLetters = defineRoute({
  operationId: 'listDeadLetters',
  method: 'GET',
  path: '/dead-letters',
  summary: 'List dead letters, newest first',
  tag: 'dead letters',
  access: 'dead-letters:manage',
  query: z.strictObject({
    status: status.optional(),
    broker: broker.optional(),
    cause: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'must be the code of a cause')
      .optional()
      .meta({ description: 'The code of the cause, for example invalid-message' }),
    limit,
    cursor,
  }),
  success: {
    status: 200,
    description: 'A page of dead letters',
    body: z.object({ items: z.array(summaryBody), next_cursor: z.string().optional() }).meta({ id: 'DeadLetterPage' }),
  },
  problems: ['unavailable'],
})

export const getDeadLetter = defineRoute({
  operationId: 'getDeadLetter',
  method: 'GET',
  path: '/dead-letters/{id}',
  summary: 'Get a dead letter with its original message',
  tag: 'dead letters',
  access: 'dead-letters:manage',
  params,
  success: { status: 200, description: 'The dead letter', body: deadLetterBody },
  problems: ['unavailable'],
})

export const replayDeadLetter = defineRoute({
  operationId: 'replayDeadLetter',
  method: 'POST',
  path: '/dead-letters/{id}/replay',
  summary: 'Publish the message again to its topic or queue',
  description: 'The broker delivers it at least once. If it fails again, the dead letter is open again.',
  tag: 'dead letters',
  access: 'dead-letters:manage',
  params,
  headers: noKey,
  success: { status: 200, description: 'The broker has confirmed the message', body: deadLetterBody },
  problems: ['dead-letter-settled', 'overloaded', 'unavailable'],
})

export const discardDeadLetter = defineRoute({
  operationId: 'discardDeadLetter',
  method: 'DELETE',
  path: '/dead-letters/{id}',
  summary: 'Discard the message',
  description: 'The dead letter stays readable.',
  tag: 'dead letters',
  access: 'dead-letters:manage',
  params,
  headers: noKey,
  success: { status: 204, description: 'Discarded' },
  problems: ['dead-letter-settled', 'unavailable'],
})

export const DEAD_LETTER_ROUTES = [listDeadLetters, getDeadLetter, replayDeadLetter, discardDeadLetter] as const

export function toDeadLetterPage({ items, nextCursor }: Page<DeadLetterSummary>) {
  return { items: items.map(toSummaryBody), next_cursor: nextCursor }
}

export function toDeadLetterBody(letter: DeadLetter): z.input<typeof deadLetterBody> {
  const encoding = isUtf8(letter.body) ? 'utf-8' : 'base64'
  return {
    ...toSummaryBody(letter),
    headers: { ...letter.headers },
    body: letter.body.toString(encoding),
    body_encoding: encoding,
    actions: letter.actions.map(({ kind, by, at, actedBy }) => ({
      kind,
      request_id: by,
      at: at.toISOString(),
      acted_by: actedBy,
    })),
  }
}

function toSummaryBody(letter: DeadLetterSummary): z.input<typeof summaryBody> {
  return {
    id: letter.id,
    broker: letter.broker,
    source: letter.source,
    position: letter.position,
    message_id: letter.messageId,
    key: letter.key,
    cause: { ...letter.cause },
    status: letter.status,
    failures: letter.failures,
    first_failed_at: letter.firstFailedAt.toISOString(),
    last_failed_at: letter.lastFailedAt.toISOString(),
  }
}

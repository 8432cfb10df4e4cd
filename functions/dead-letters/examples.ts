import type { DeadLetter } from '@ecommerce/domain'
import type { ExamplesOfRoutes } from '@ecommerce/runtime'
import { NO_DEAD_LETTER, NO_ORDER, USER } from '../example-values'
import { invalid, notFound } from '../problem-examples'
import { type DEAD_LETTER_ROUTES, toDeadLetterBody, toDeadLetterPage } from './contract'

const letter: DeadLetter = {
  id: NO_DEAD_LETTER,
  broker: 'kafka',
  source: 'orders',
  position: '1-4711',
  messageId: NO_ORDER,
  key: USER,
  cause: { code: 'invalid-message', detail: 'order/items/0/quantity: expected number, received string' },
  status: 'open',
  failures: 1,
  firstFailedAt: new Date('2026-11-23T07:40:21.067Z'),
  lastFailedAt: new Date('2026-11-23T07:40:21.067Z'),
  headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
  body: Buffer.from(
    `{"type":"order_placed","version":1,"order":{"id":"${NO_ORDER}","user_id":"ada","items":[{"product_id":36,"quantity":"two"}]}}`,
  ),
  actions: [],
}
const replayed: DeadLetter = {
  ...letter,
  status: 'replayed',
  actions: [{ kind: 'replayed', by: 'd4b7a1f0-6f0b-4c57-9a44-2b1c0a6f2f19', at: new Date('2026-11-23T09:41:07.082Z') }],
}

const params = { id: NO_DEAD_LETTER }
const unknown = notFound('dead letter', NO_DEAD_LETTER)

const withIdempotencyKey = invalid('/idempotency-key', 'is not supported by this route')

export const DEAD_LETTER_EXAMPLES: ExamplesOfRoutes<typeof DEAD_LETTER_ROUTES> = {
  listDeadLetters: {
    query: { status: 'open' },
    success: {
      'The only page': toDeadLetterPage({ items: [letter] }),
      'A page with a next one': toDeadLetterPage({ items: [letter], nextCursor: 'WyJtUV9KZTlZMCIsMTdd' }),
      'No dead letters': { items: [] },
    },
    problems: invalid('/cause', 'must be the code of a cause'),
  },
  getDeadLetter: {
    params,
    success: { Open: toDeadLetterBody(letter), Replayed: toDeadLetterBody(replayed) },
    problems: unknown,
  },
  replayDeadLetter: {
    params,
    success: { Replayed: toDeadLetterBody(replayed) },
    problems: { ...unknown, ...withIdempotencyKey },
  },
  discardDeadLetter: { params, problems: { ...unknown, ...withIdempotencyKey } },
}

import { MysqlDeadLetterStore } from '@ecommerce/adapters/mysql'
import { type DeadLetter, orderPlaced } from '@ecommerce/domain'
import { aDeadLetter, anAcceptedOrder } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { expectProblem } from './expect-problem'
import { bodyOf, uniqueWord } from './shop-client'
import { useShop } from './use-shop'

const shop = useShop({}, 'host')

interface DeadLetterBody {
  readonly id: string
  readonly status: string
  readonly message_id: string
  readonly body: string
  readonly body_encoding: string
  readonly actions: readonly { kind: string; request_id: string; at: string }[]
}

async function recorded(overrides: Partial<DeadLetter> = {}): Promise<DeadLetter> {
  const letter = aDeadLetter(overrides)
  await new MysqlDeadLetterStore(shop.database).record([letter])
  return letter
}

/** The message of an order that will be rejected, so its replay creates no second dead letter. */
function anOrderMessage(broker: DeadLetter['broker']): Pick<DeadLetter, 'broker' | 'messageId' | 'body' | 'headers'> {
  const lines = [{ productId: 999_999_999, quantity: 1 }]
  const { id, body, headers } = orderPlaced(anAcceptedOrder({ channel: broker, lines }))
  return { broker, messageId: id, body: Buffer.from(body), headers }
}

describe('a dead letter', () => {
  it('is listed without its body and shown with its body', async () => {
    const cause = { code: uniqueWord(), detail: 'the body is not JSON' }
    const bytes = await recorded({ cause, body: Buffer.from([0xff, 0x00]) })
    const words = await recorded({ cause, body: Buffer.from('Öl 💡') })

    const pages = await shop.client.pages<DeadLetterBody>(`/dead-letters?cause=${cause.code}&status=open&limit=1`)

    const summary = (id: string) => expect.objectContaining({ id, status: 'open', failures: 1, cause })
    expect(pages).toEqual([[summary(words.id)], [summary(bytes.id)]])
    expect(pages.flat()[0]).not.toHaveProperty('body')
    expect(bodyOf(await shop.client.get(`/dead-letters/${words.id}`), 200)).toMatchObject({
      body: 'Öl 💡',
      body_encoding: 'utf-8',
      headers: words.headers,
    })
    expect(bodyOf(await shop.client.get(`/dead-letters/${bytes.id}`), 200)).toMatchObject({
      body: Buffer.from([0xff, 0x00]).toString('base64'),
      body_encoding: 'base64',
    })
  })

  it.each(['kafka', 'rabbitmq'] as const)(
    'is replayed to %s once and names the request that did it',
    async (broker) => {
      const { id } = await recorded(anOrderMessage(broker))
      const requestId = uniqueWord()

      const response = await shop.client.post(`/dead-letters/${id}/replay`, undefined, { 'x-request-id': requestId })

      const actions = [{ kind: 'replayed', request_id: requestId, at: expect.any(String) }]
      expect(bodyOf(response, 200)).toMatchObject({ id, status: 'replayed', actions })
      expectProblem(await shop.client.post(`/dead-letters/${id}/replay`), 'dead-letter-settled')
      expectProblem(await shop.client.send('DELETE', `/dead-letters/${id}`), 'dead-letter-settled')
      expect(bodyOf(await shop.client.get(`/dead-letters/${id}`), 200)).toMatchObject({ status: 'replayed', actions })
    },
  )

  it('is discarded once and stays readable', async () => {
    const { id } = await recorded()

    expect(await shop.client.send('DELETE', `/dead-letters/${id}`)).toMatchObject({ status: 204, body: undefined })

    expect(bodyOf(await shop.client.get(`/dead-letters/${id}`), 200)).toMatchObject({
      status: 'discarded',
      body: 'not json',
      actions: [{ kind: 'discarded', request_id: expect.any(String) }],
    })
    expectProblem(await shop.client.send('DELETE', `/dead-letters/${id}`), 'dead-letter-settled')
    expectProblem(await shop.client.post(`/dead-letters/${id}/replay`), 'dead-letter-settled')
  })

  it('is not found when it was never recorded', async () => {
    const path = `/dead-letters/${'0'.repeat(32)}`

    expectProblem(await shop.client.get(path), 'not-found')
    expectProblem(await shop.client.post(`${path}/replay`), 'not-found')
    expectProblem(await shop.client.send('DELETE', path), 'not-found')
  })
})

describe('/messages', () => {
  it('serves the schema of order_placed', async () => {
    const response = await shop.client.get('/messages/order-placed.v1.json')

    expect(response.headers['content-type']).toBe('application/schema+json')
    expect(bodyOf(response, 200)).toMatchObject({ title: 'order_placed v1', type: 'object' })
  })

  it.each(['order-placed.v2.json', 'order-placed', '__proto__'])('responds with 404 to %s', async (name) => {
    expectProblem(await shop.client.get(`/messages/${name}`), 'not-found')
  })
})

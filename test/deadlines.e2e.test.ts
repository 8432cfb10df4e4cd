import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { testServer } from '../tools/local/test-servers'
import { auditStock } from './audit-stock'
import { expectAnyProblem, expectProblem } from './expect-problem'
import type { HttpResponse } from './http-response'
import { uniqueWord } from './shop-client'
import { useShop } from './use-shop'

const DEADLINE_MS = 3_000
const shop = useShop({ REQUEST_DEADLINE_MS: String(DEADLINE_MS) })
const mysql = testServer('mysql')

const CLIENTS = 100
/** For a machine of two cores that also runs the servers and the clients. */
const TOLERANCE_MS = 1_000
const STOCK = 1_000_000
const PHASE = { timeout: 60_000, interval: 50 }

interface Sent {
  readonly key: string
  readonly response: HttpResponse
  readonly tookMs: number
}

async function place(productId: number, key = uniqueWord()): Promise<Sent> {
  const startedAt = performance.now()
  const response = await shop.client.post(
    '/orders/sync',
    { user_id: key, product_id: productId, quantity: 1 },
    { 'idempotency-key': key },
  )
  return { key, response, tookMs: performance.now() - startedAt }
}

/** Each client sends one order after another until the time is over. */
async function placeFor(ms: number, productId: number): Promise<Sent[]> {
  const endsAt = performance.now() + ms
  const sent: Sent[] = []
  const client = async () => {
    while (performance.now() < endsAt) sent.push(await place(productId))
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return sent
}

function expectRefusals(responses: readonly HttpResponse[]): void {
  for (const response of responses) {
    if (response.status === 201) continue
    expect(response).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(['/problems/overloaded', '/problems/unavailable']).toContain(expectAnyProblem(response).type)
  }
}

/** Every order that was refused is sent again: with its key, it is placed exactly once. */
async function expectExactlyOnce(productId: number, sent: readonly Sent[]): Promise<void> {
  await expect.poll(async () => (await place(productId, `again-${productId}`)).response.status, PHASE).toBe(201)
  for (const { key, response } of sent) {
    if (response.status === 503) expect((await place(productId, key)).response.status).toBe(201)
  }
  const sold = sent.length + 1
  expect(await auditStock(shop.database, productId)).toEqual({ onHand: STOCK - sold, sold })
}

describe('a shop whose MySQL hangs', () => {
  it('responds to each of 100 clients by their deadline, and goes on when MySQL does', async () => {
    const { id } = await shop.client.createProduct({ stock: STOCK })
    await place(id, `again-${id}`)
    let isFrozen = true
    onTestFinished(async () => {
      if (isFrozen) await mysql.thaw()
    })
    await mysql.freeze()

    const sent = await placeFor(2 * DEADLINE_MS, id)

    expect(Math.max(...sent.map(({ tookMs }) => tookMs))).toBeLessThan(DEADLINE_MS + TOLERANCE_MS)
    expect(sent.map(({ response }) => response.status)).not.toContain(201)
    expectRefusals(sent.map(({ response }) => response))

    await mysql.thaw()
    isFrozen = false
    await expectExactlyOnce(id, sent)
  })
})

describe('a shop that was stopped for a while', () => {
  it('refuses what waited for longer than its deadline, and goes on', async () => {
    const { id } = await shop.client.createProduct({ stock: STOCK })
    await place(id, `again-${id}`)
    onTestFinished(() => shop.server.signal('SIGCONT'))

    shop.server.signal('SIGSTOP')
    const waiting = Promise.all(Array.from({ length: CLIENTS }, () => place(id)))
    // The host takes a stall of more than 5 s for a stop.
    await delay(3 * DEADLINE_MS)
    shop.server.signal('SIGCONT')
    const continuedAt = performance.now()
    const sent = await waiting

    expect(performance.now() - continuedAt).toBeLessThan(DEADLINE_MS)
    expectRefusals(sent.map(({ response }) => response))
    const refused = sent.filter(({ response }) => response.status === 503)
    expect(refused.length).toBeGreaterThan(CLIENTS / 2)
    for (const { response } of refused) expectProblem(response, 'overloaded')
    await expectExactlyOnce(id, sent)
  })
})

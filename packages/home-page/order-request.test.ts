import { CHANNELS } from '@ecommerce/look/channels'
import { describe, expect, it } from 'vitest'
import { orderRequest, toCurl } from './order-request'

const form = { productId: 7, userId: 'visitor-1', idempotencyKey: 'key-1' }

describe('the request of an order', () => {
  it('goes to the route of its channel', () => {
    const paths = CHANNELS.map((channel) => orderRequest({ ...form, channel }).path)

    expect(paths).toEqual(['orders/sync', 'orders/async/kafka', 'orders/async/rabbitmq'])
  })

  it('orders one unit, and can be repeated', () => {
    const { headers, body } = orderRequest({ ...form, channel: 'sync' })

    expect(JSON.parse(body)).toEqual({ user_id: 'visitor-1', product_id: 7, quantity: 1 })
    expect(headers).toEqual({ 'content-type': 'application/json', 'idempotency-key': 'key-1' })
  })
})

describe('the curl command', () => {
  it('is the same request, with the address of the shop', () => {
    const request = orderRequest({ ...form, channel: 'kafka' })

    expect(toCurl(request, 'http://localhost:3000/')).toBe(
      [
        `curl --json '{"user_id":"visitor-1","product_id":7,"quantity":1}' \\`,
        `  -H 'Idempotency-Key: key-1' \\`,
        '  http://localhost:3000/orders/async/kafka',
      ].join('\n'),
    )
  })

  it('names a variable instead of a token', () => {
    const request = orderRequest({ ...form, channel: 'sync', needsToken: true })

    expect(toCurl(request, 'http://localhost:3000/')).toContain('-H "Authorization: Bearer $TOKEN"')
  })

  it('keeps the prefix of the page', () => {
    const request = orderRequest({ ...form, channel: 'sync' })

    expect(toCurl(request, 'https://shop.example/test/#next')).toContain('https://shop.example/test/orders/sync')
  })

  it('quotes text for the shell', () => {
    const request = orderRequest({ ...form, userId: "o'hara", channel: 'sync' })

    expect(toCurl(request, 'http://localhost/')).toContain(`"o'\\''hara"`)
  })
})

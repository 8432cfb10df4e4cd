import { describe, expect, it } from 'vitest'
import { type OpenApi, type OwnData, withOwnExamples } from './own-examples'

const lamp = { id: 7, name: 'Lamp', description: 'Bright.', category: 'home', price: 9.5 }
const chair = { ...lamp, id: 8, name: 'Chair' }
const own: OwnData = { products: [lamp, chair], orderId: 'order-1' }
const nothing: OwnData = { products: [], orderId: undefined }

const JSON_TYPE = 'application/json'
const id = { in: 'path', name: 'id', example: 1 }
const body = (media: object) => ({ requestBody: { content: { [JSON_TYPE]: media } } })

function documentWith(path: string, method: string, operation: object): OpenApi {
  return { paths: { [path]: { [method]: operation } } }
}

/** The example of the path parameter `id` of an operation. */
function idOf(path: string, method: string, data = own): unknown {
  const { paths } = withOwnExamples(documentWith(path, method, { parameters: [id] }), data)
  return paths[path]?.[method]?.parameters?.[0]?.example
}

/** The body of an operation with its examples. */
function mediaOf(path: string, method: string, media: object, data = own): object | undefined {
  const { paths } = withOwnExamples(documentWith(path, method, body(media)), data)
  return paths[path]?.[method]?.requestBody?.content[JSON_TYPE]
}

describe('the id of an example', () => {
  it.each(['get', 'put', 'patch'])('is that of a product of this shop: %s', (method) => {
    expect(idOf('/products/{id}', method)).toBe(7)
  })

  it('deletes no product', () => {
    expect(idOf('/products/{id}', 'delete')).toBe(Number.MAX_SAFE_INTEGER)
    expect(idOf('/products/{id}', 'delete', nothing)).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('is that of an order of this shop only where the order stays as it is', () => {
    expect(idOf('/orders/{id}/timeline', 'get')).toBe('order-1')
    expect(idOf('/orders/{id}/cancel', 'post')).toBe(1)
    expect(idOf('/dead-letters/{id}', 'delete')).toBe(1)
  })

  it('is that of the contract in an empty shop', () => {
    expect(idOf('/products/{id}', 'get', nothing)).toBe(1)
    expect(idOf('/orders/{id}', 'get', nothing)).toBe(1)
  })
})

describe('the body of an example', () => {
  it('changes a product to the values that it has', () => {
    const { id: _, ...values } = lamp

    expect(mediaOf('/products/{id}', 'put', { examples: { a: { value: {} } } })).toEqual({ example: values })
    expect(mediaOf('/products/{id}', 'patch', {})).toEqual({ example: { price: 9.5 } })
  })

  it.each(['/orders/sync', '/orders/async/kafka', '/orders/async/rabbitmq'])(
    'orders a product of this shop: %s',
    (path) => {
      expect(mediaOf(path, 'post', {})).toEqual({ example: { user_id: 'ada', product_id: 7, quantity: 1 } })
      expect(mediaOf(path, 'post', { example: { user_id: 'bob', product_id: 1, quantity: 2 } })).toEqual({
        example: { user_id: 'bob', product_id: 7, quantity: 2 },
      })
    },
  )

  it('orders each product once', () => {
    const items = [1, 2, 3].map((product_id) => ({ product_id, quantity: product_id }))
    const media = { examples: { many: { summary: 'Many', value: { user_id: 'bob', items } } } }

    expect(mediaOf('/orders/sync', 'post', media)).toEqual({
      examples: {
        many: {
          summary: 'Many',
          value: {
            user_id: 'bob',
            items: [
              { product_id: 7, quantity: 1 },
              { product_id: 8, quantity: 2 },
            ],
          },
        },
      },
    })
  })

  it('is that of the contract everywhere else', () => {
    const media = { example: { product_id: 1 } }

    expect(mediaOf('/products', 'post', media)).toEqual(media)
    expect(mediaOf('/orders/{id}/cancel', 'post', media)).toEqual(media)
    expect(mediaOf('/orders/sync', 'post', media, nothing)).toEqual(media)
  })
})

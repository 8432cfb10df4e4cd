import { OverloadedError, UnavailableError } from '@ecommerce/domain'
import { expect, it } from 'vitest'
import { asUnavailable } from './unavailable'

it.each([new Error('refused'), new TypeError('of null'), 'a text', undefined])(
  'an error of a client library is unavailable: %s',
  (error) => {
    const unavailable = asUnavailable('RabbitMQ', error)

    expect(unavailable).toBeInstanceOf(UnavailableError)
    expect(unavailable).toMatchObject({ dependency: 'RabbitMQ', retriable: true, cause: error })
  },
)

it.each([new UnavailableError('Kafka'), new OverloadedError()])(
  'an error of the domain stays as it is: %s',
  (error) => {
    expect(asUnavailable('RabbitMQ', error)).toBe(error)
  },
)

import { atNoon, FakePublisher } from '@ecommerce/testing'
import { expect, it } from 'vitest'
import { UnavailableError } from '../errors'
import { DeadLetterPublisher } from './dead-letter-publisher'

const undeliverable = (code: string) => ({
  message: { broker: 'kafka', source: 'orders', headers: {}, body: Buffer.from('x') } as const,
  cause: { code, detail: 'why' },
})

it('the dead letter publisher reports the cause of each message after the broker has confirmed it', async () => {
  const broker = new FakePublisher()
  const sent: string[] = []
  const publisher = new DeadLetterPublisher(broker, atNoon, ({ code }) => sent.push(code))

  await publisher.send([undeliverable('malformed-json'), undeliverable('invalid-message')])
  expect(sent).toEqual(['malformed-json', 'invalid-message'])

  broker.isDown = true
  await expect(publisher.send([undeliverable('malformed-json')])).rejects.toThrow(UnavailableError)
  expect(sent).toHaveLength(2)
})

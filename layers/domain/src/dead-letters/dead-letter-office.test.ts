import { atNoon, FakePublisher } from '@ecommerce/testing'
import { expect, it } from 'vitest'
import { UnavailableError } from '../errors'
import { DeadLetterOffice } from './dead-letter-office'

const undeliverable = (code: string) => ({
  message: { broker: 'kafka', source: 'orders', headers: {}, body: Buffer.from('x') } as const,
  cause: { code, detail: 'why' },
})

it('the dead letter office tells the cause of each message once the broker has it', async () => {
  const publisher = new FakePublisher()
  const sent: string[] = []
  const office = new DeadLetterOffice(publisher, atNoon, ({ code }) => sent.push(code))

  await office.send([undeliverable('malformed-json'), undeliverable('invalid-message')])
  expect(sent).toEqual(['malformed-json', 'invalid-message'])

  publisher.isAway = true
  await expect(office.send([undeliverable('malformed-json')])).rejects.toThrow(UnavailableError)
  expect(sent).toHaveLength(2)
})

import { parseConfig } from '@ecommerce/runtime/config'
import { expect, it } from 'vitest'
import { withSettings } from './consumers'

const config = parseConfig({ KAFKA_GROUP_ID: 'mine', CONSUMER_BATCH_SIZE: '7' })

it('references to settings are replaced at any depth of an event', () => {
  const event = {
    kafka: {
      consumerGroupId: '{KAFKA_GROUP_ID}-x',
      batchSize: '{CONSUMER_BATCH_SIZE}',
      filterPatterns: [{ a: ['{'] }],
    },
  }

  expect(withSettings(event, config)).toEqual({
    kafka: { consumerGroupId: 'mine-x', batchSize: '7', filterPatterns: [{ a: ['{'] }] },
  })
})

it('a setting that does not exist is refused', () => {
  expect(() => withSettings('{KAFKA_TOPICS}', config)).toThrow('{KAFKA_TOPICS}: there is no such setting')
})

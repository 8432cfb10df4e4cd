import { type AsyncChannel, type DeadLetterCause, DeadLetterPublisher } from '@ecommerce/domain'
import { LazyPublisher } from './lazy-publisher'
import { clock } from './settings'
import { metrics } from './telemetry'

/** Publish the messages of a broker that can never succeed. They are rare: the clients are loaded for the first one. */
export const deadLetterPublishers = {
  kafka: new DeadLetterPublisher(
    new LazyPublisher(async () => (await import('./kafka')).deadLetterPublisher),
    clock,
    countDeadLetters('kafka'),
  ),
  rabbitmq: new DeadLetterPublisher(
    new LazyPublisher(async () => (await import('./rabbitmq')).deadLetterPublisher),
    clock,
    countDeadLetters('rabbitmq'),
  ),
}

function countDeadLetters(broker: AsyncChannel) {
  return ({ code }: DeadLetterCause) =>
    metrics.counter('ecommerce_messages_dead_lettered_total', { broker, code }).add()
}

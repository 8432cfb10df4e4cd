import { LazyPublisher } from './lazy-publisher'

/**
 * Publish orders to the brokers. Most functions that could publish never do. One that always does imports `./kafka` or
 * `./rabbitmq`, so that the client is loaded before the first request.
 */
export const orderPublishers = {
  kafka: new LazyPublisher(async () => (await import('./kafka')).orderPublisher),
  rabbitmq: new LazyPublisher(async () => (await import('./rabbitmq')).orderPublisher),
}

import { readConfig } from '@ecommerce/runtime/config'

/** How integration tests reach the RabbitMQ that the test run brought up. */
export function rabbitMqUrl(): string {
  return readConfig().RABBITMQ_URL
}

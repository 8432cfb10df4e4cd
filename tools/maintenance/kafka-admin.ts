import { withAdmin } from '@ecommerce/adapters/kafka'
import type { Config } from '@ecommerce/runtime/config'
import { type Admin, Kafka, logLevel } from 'kafkajs'

/** Does the work with an admin client that retries, for operations that take effect only after a while. */
export function withKafkaAdmin<Result>(config: Config, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const kafka = new Kafka({
    brokers: config.KAFKA_BROKERS,
    clientId: 'ecommerce-maintenance',
    logLevel: logLevel.NOTHING,
  })
  return withAdmin(kafka.admin(), work)
}

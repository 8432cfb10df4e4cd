import type { Config } from '@ecommerce/runtime/config'
import { type Admin, Kafka, logLevel } from 'kafkajs'

/** Works with the cluster over a connection of its own, which is closed afterwards. */
export async function withKafkaAdmin<Result>(config: Config, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const kafka = new Kafka({
    brokers: config.KAFKA_BROKERS,
    clientId: 'ecommerce-maintenance',
    logLevel: logLevel.NOTHING,
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

import { type Admin, Kafka, logLevel } from 'kafkajs'

export interface AdminOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly timeoutMs: number
}

/**
 * For questions about the cluster; connects when it is told to. Each broker of the list is tried once, within the time
 * for all: kafkajs begins with the first, and goes to the next only where it may try again.
 */
export function createAdmin({ brokers, clientId, timeoutMs }: AdminOptions): Admin {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: Math.ceil(timeoutMs / brokers.length),
    requestTimeout: timeoutMs,
    logLevel: logLevel.NOTHING,
    retry: { retries: brokers.length - 1, initialRetryTime: 10, maxRetryTime: 50 },
  }).admin()
}

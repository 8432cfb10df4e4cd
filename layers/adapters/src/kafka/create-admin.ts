import { type Admin, Kafka, logLevel } from 'kafkajs'

export interface AdminOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly timeoutMs: number
}

/**
 * Creates an admin client for quick queries; the caller connects it. It tries each broker of the list once, and
 * `timeoutMs` is the limit for all of them together. kafkajs tries the next broker only as a retry.
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

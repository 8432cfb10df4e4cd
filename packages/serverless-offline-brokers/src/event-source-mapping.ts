import type { FilterPattern } from './filter/filter-pattern'

/** What AWS calls an event source mapping: where records come from, which function gets them, and how. */
interface BaseMapping {
  /** Unique among the mappings of a service, for people: `on-order:kafka:orders`. */
  readonly name: string
  /** The function's key in `serverless.yml`. */
  readonly functionKey: string
  /** A disabled mapping is shown, but polls nothing. */
  readonly enabled: boolean
  readonly batchSize: number
  /** How long a batch may gather, counted from its first record. 0: whatever is there goes at once. */
  readonly batchWindowMs: number
  /** A record that matches none of them is acknowledged without an invocation. Empty: every record matches. */
  readonly filters: readonly FilterPattern[]
}

/** The retries of AWS before it writes to an on-failure destination, when the mapping sets no number of retries. */
export const RETRIES_BEFORE_DESTINATION = 10

export type StartingPosition =
  | { readonly at: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly at: 'AT_TIMESTAMP'; readonly timestampMs: number }

export interface KafkaMapping extends BaseMapping {
  readonly kind: 'kafka' | 'msk'
  readonly brokers: readonly string[]
  readonly sasl?:
    | {
        readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
        readonly username: string
        readonly password: string
      }
    | undefined
  readonly tls: boolean
  readonly topic: string
  readonly consumerGroupId: string
  /** Counts only while the group has no committed offset. */
  readonly startingPosition: StartingPosition
  /** `msk` only. */
  readonly eventSourceArn?: string | undefined
  readonly reportBatchItemFailures: boolean
  readonly bisectBatchOnFunctionError: boolean
  /** Not counting the first try; -1: until success or expiry. */
  readonly maximumRetryAttempts: number
  /** -1: records do not expire. */
  readonly maximumRecordAgeSeconds: number
  /** A topic of the same cluster that is told of discarded batches. */
  readonly onFailureTopic?: string | undefined
}

export interface RabbitMqMapping extends BaseMapping {
  readonly kind: 'rabbitmq'
  readonly url: string
  readonly virtualHost: string
  readonly queue: string
  readonly eventSourceArn: string
  /** Unacknowledged messages the broker may have out at once, over all workers. */
  readonly prefetch: number
  /** Batches in flight at once. AWS: 1. */
  readonly concurrency: number
}

export type EventSourceMapping = KafkaMapping | RabbitMqMapping

/** Delays between tries of a failing batch. AWS documents none: a choice, and an option. */
export interface RetryDelay {
  readonly firstMs: number
  readonly longestMs: number
}

/**
 * Runs the function with an event and gives what it returns; rejects with what it throws. The event is the function's
 * own, which may change it in every part: nobody else holds any of it.
 */
export type Invoke = (functionKey: string, event: unknown) => Promise<unknown>

export interface PollerLog {
  info(message: string): void
  warning(message: string): void
}

/** What a poller is made of, besides its mapping. */
export interface PollerParts {
  readonly invoke: Invoke
  readonly retryDelay: RetryDelay
  readonly log: PollerLog
  readonly clock: () => number
}

/** Moves records from one source to one function. */
export interface Poller {
  readonly mapping: EventSourceMapping
  /** Returns at once; a broker that is absent is waited for. */
  start(): void
  /**
   * Takes in no more, finishes what is in flight, commits or acknowledges it, closes. What does not finish within the
   * time is left to be delivered again.
   */
  stop(withinMs: number): Promise<void>
  state(): MappingState
}

export interface MappingState {
  readonly name: string
  readonly functionKey: string
  readonly status: 'disabled' | 'connecting' | 'running' | 'reconnecting' | 'stopping' | 'stopped'
  readonly inFlightBatches: number
  readonly inFlightRecords: number
  readonly batches: number
  readonly records: number
  readonly filteredRecords: number
  /** Invocations that failed, or answered that items failed. */
  readonly failures: number
  readonly retries: number
  /** Records given up after their last try, by expiry, or for their size. */
  readonly discardedRecords: number
  readonly lastError?: { readonly message: string; readonly at: string } | undefined
  /** Kafka: records behind the end of each assigned partition. */
  readonly lag?: Readonly<Record<string, number>> | undefined
  /** RabbitMQ: messages ready in the queue. */
  readonly queueDepth?: number | undefined
}

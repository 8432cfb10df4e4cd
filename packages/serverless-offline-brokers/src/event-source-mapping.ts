import type { FilterPattern } from './filter/filter-pattern'

/** An event source mapping, as in AWS: the source of records, the function that receives them, and how. */
interface BaseMapping {
  /** Unique in a service and readable: `on-order:kafka:orders`. */
  readonly name: string
  /** The function's key in `serverless.yml`. */
  readonly functionKey: string
  /** A disabled mapping is shown in the state, but not polled. */
  readonly enabled: boolean
  readonly batchSize: number
  /** How long a batch may wait for more records after its first one. 0: it is delivered immediately. */
  readonly batchWindowMs: number
  /** The limit of invocations of the function at the same time, over all its mappings. Undefined: none. */
  readonly reservedConcurrency?: number | undefined
  /** A record that matches no filter is acknowledged without an invocation. Without filters every record matches. */
  readonly filters: readonly FilterPattern[]
}

/** The retries of AWS before it writes to an on-failure destination, when the mapping sets no number of retries. */
export const RETRIES_BEFORE_DESTINATION = 10

export type StartingPosition =
  | { readonly at: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly at: 'AT_TIMESTAMP'; readonly timestampMs: number }

export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'oauthbearer'
      /** Where tokens are requested with the client credentials grant (RFC 6749, section 4.4). */
      readonly tokenEndpoint: string
      readonly clientId: string
      readonly clientSecret: string
      readonly scope?: string | undefined
    }

/** The contents of PEM files. */
export interface KafkaTls {
  /** The certificate authorities that may have signed the certificate of the server. */
  readonly ca?: string | undefined
  /** The certificate and the key of the client, for mutual TLS. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly passphrase?: string | undefined
}

export interface KafkaMapping extends BaseMapping {
  readonly kind: 'kafka' | 'msk'
  /** The function in the records of the on-failure topic. */
  readonly functionArn?: string | undefined
  readonly brokers: readonly string[]
  readonly sasl?: KafkaSasl | undefined
  /** True: the server must have a certificate that the certificate authorities of Node trust. */
  readonly tls: boolean | KafkaTls
  readonly topic: string
  readonly consumerGroupId: string
  /** Used only while the group has no committed offset. */
  readonly startingPosition: StartingPosition
  /** `msk` only. */
  readonly eventSourceArn?: string | undefined
  readonly reportBatchItemFailures: boolean
  readonly bisectBatchOnFunctionError: boolean
  /** Without the first try. -1: until success or expiry. */
  readonly maximumRetryAttempts: number
  /** -1: records do not expire. */
  readonly maximumRecordAgeSeconds: number
  /**
   * One batch may contain records of several partitions, as AWS allows. Then one batch at a time is with the function.
   * False: a batch contains records of one partition, and partitions are delivered in parallel.
   */
  readonly batchAcrossPartitions?: boolean | undefined
  /** A topic of the same cluster to which discarded records are written. */
  readonly onFailureTopic?: string | undefined
}

export interface RabbitMqMapping extends BaseMapping {
  readonly kind: 'rabbitmq'
  /** The nodes of one cluster. A poller tries them in this order. */
  readonly urls: readonly string[]
  /** For an `amqps:` URL. Undefined: only the certificate authorities of Node are trusted. */
  readonly tls?: KafkaTls | undefined
  readonly virtualHost: string
  readonly queue: string
  readonly eventSourceArn: string
  /** The limit of unacknowledged messages, over all batches in flight. */
  readonly prefetch: number
  /** The limit of batches in flight. AWS: 1. */
  readonly concurrency: number
}

export type EventSourceMapping = KafkaMapping | RabbitMqMapping

/** Delays between tries of a failing batch. AWS documents none, so this is a choice and a setting. */
export interface RetryDelay {
  readonly firstMs: number
  readonly longestMs: number
}

/**
 * Invokes the function with an event. Resolves to its result, or rejects with its error. The function may change the
 * event: no other code uses any part of it.
 *
 * @param stopped Once it is aborted, an invocation that has not started rejects with a NotInvokedError.
 */
export type Invoke = (functionKey: string, event: unknown, stopped?: AbortSignal) => Promise<unknown>

/** The invocation was still waiting for the concurrency of its function when its poller stopped. Not a failure. */
export class NotInvokedError extends Error {
  readonly code = 'NOT_INVOKED'

  constructor(functionKey: string) {
    super(`${functionKey} was not invoked: it is throttled, and the poller stops`)
    this.name = 'NotInvokedError'
  }
}

/** Shown to the person who runs the service. */
export interface PollerLog {
  info(message: string): void
  warning(message: string): void
}

/** The dependencies of a poller. */
export interface PollerParts {
  readonly invoke: Invoke
  readonly retryDelay: RetryDelay
  readonly log: PollerLog
  readonly clock: () => number
}

/** Moves records from one source to one function. */
export interface Poller {
  readonly mapping: EventSourceMapping
  /** Returns immediately. An unavailable broker is waited for. */
  start(): void
  /**
   * Consumes no more, finishes the batches in flight, commits or acknowledges them, closes. Batches that do not finish
   * in time will be delivered again.
   */
  stop(withinMs: number): Promise<void>
  state(): MappingState
}

/** Records whose last try failed. They are tried again. */
export interface FailingRecords {
  /** Such as `orders-0, offsets 5 to 9`. */
  readonly records: string
  /** 1 after the first try. */
  readonly tries: number
  readonly nextTryAt: string
  readonly error: string
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
  /** Invocations that failed, or reported failed items. */
  readonly failures: number
  readonly retries: number
  /** Records discarded after their last try, because of their age, or because of their size. */
  readonly discardedRecords: number
  readonly lastError?: { readonly message: string; readonly at: string } | undefined
  /** Kafka: records between the committed offset and the end, for each assigned partition. */
  readonly lag?: Readonly<Record<string, number>> | undefined
  /** Kafka: what each failing partition waits for. */
  readonly failing?: readonly FailingRecords[] | undefined
  /** RabbitMQ: messages ready in the queue. */
  readonly queueDepth?: number | undefined
}

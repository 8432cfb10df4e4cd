import {
  type DeliveryPolicy,
  type Discard,
  deliverBatch,
  type FailedTry,
  type TryResult,
} from '../delivery/deliver-batch'
import { messageOf } from '../delivery/mapping-stats'
import { retryDelayMs, wait } from '../delivery/retry-delay'
import { type KafkaRecord, toKafkaEvent } from '../event/kafka-event'
import {
  type FailingRecords,
  type KafkaMapping,
  NotInvokedError,
  RETRIES_BEFORE_DESTINATION,
} from '../event-source-mapping'
import { readBatchItemFailures } from './batch-item-failures'
import type { PartitionContext } from './partition-context'

/** The end of a partition's work, in two steps. */
export interface PartitionEnd {
  /** Aborted: no further try starts, and no delay is waited out. */
  readonly stopped: AbortSignal
  /** Aborted: the partition belongs to another member. */
  readonly revoked: AbortSignal
}

/** Delivers batches of one partition to the function: tries, retries, discards. */
export class PartitionDelivery {
  readonly #policy: DeliveryPolicy
  #failing: FailingRecords | undefined

  constructor(
    private readonly context: PartitionContext,
    private readonly partition: number,
    private readonly end: PartitionEnd,
  ) {
    this.#policy = deliveryPolicy(context.mapping)
  }

  /** What the partition waits for. Undefined unless the last try failed. */
  get failing(): FailingRecords | undefined {
    return this.#failing
  }

  /** @param settled is called after each try with the records that are still unfinished. */
  async deliver(
    records: readonly KafkaRecord[],
    settled: (unfinished: readonly KafkaRecord[]) => Promise<void>,
  ): Promise<void> {
    const { parts, stats } = this.context
    const { stopped } = this.end
    const batchEnded = stats.batchStarted(records.length)
    try {
      await deliverBatch(records, this.#policy, {
        tryOnce: (tried, isRetry) => this.#tryOnce(tried, isRetry),
        discard: (discarded) => this.discard(discarded),
        failed: (failure) => this.#failed(failure),
        recovered: (done, tries) => {
          this.#failing = undefined
          stats.reportRecovery(this.#describe(done), tries)
        },
        settled,
        backOff: async (failures) => {
          await wait(retryDelayMs(parts.retryDelay, failures), stopped)
        },
        ageMs: ({ timestamp }) => parts.clock() - Number(timestamp),
        halt: stopped,
      })
    } finally {
      this.#failing = undefined
      batchEnded()
    }
  }

  /** Retries until the on-failure topic, if any, has the records. False when the work ended before. */
  async discard({ records, ...why }: Discard<KafkaRecord>): Promise<boolean> {
    const { parts, stats } = this.context
    for (let failures = 0; !this.end.revoked.aborted; ) {
      try {
        await this.context.storeDiscarded(records, why)
        stats.countDiscarded(records.length, `${why.reason} (${this.#describe(records)})`)
        return true
      } catch (error) {
        stats.reportError(error)
        failures += 1
        if (!(await wait(retryDelayMs(parts.retryDelay, failures), this.end.stopped))) return false
      }
    }
    return false
  }

  async #tryOnce(records: readonly KafkaRecord[], isRetry: boolean): Promise<TryResult<KafkaRecord>> {
    const { mapping, parts, stats } = this.context
    if (isRetry) stats.countRetry()
    try {
      const event = toKafkaEvent(mapping, records)
      const response = await parts.invoke(mapping.functionKey, event, this.end.stopped)
      if (!mapping.reportBatchItemFailures) return { kind: 'done' }
      const result = readBatchItemFailures(response, records)
      return result.kind === 'failed' ? { kind: 'failed', error: new Error(result.cause) } : result
    } catch (error) {
      return error instanceof NotInvokedError ? { kind: 'not invoked' } : { kind: 'failed', error }
    }
  }

  #failed({ records, error, tries, next }: FailedTry<KafkaRecord>): void {
    const { parts, stats } = this.context
    const described = this.#describe(records)
    stats.countFailure({ error, records: described, tries, next: this.#nextStep(next, tries) })
    const nextTryAt = new Date(parts.clock() + retryDelayMs(parts.retryDelay, tries)).toISOString()
    this.#failing = next === 'give up' ? undefined : { records: described, tries, nextTryAt, error: messageOf(error) }
  }

  #describe(records: readonly KafkaRecord[]): string {
    const [first, last] = [records[0]?.offset, records.at(-1)?.offset]
    const source = `${this.context.mapping.topic}-${this.partition}`
    return records.length === 1 ? `${source}, offset ${first}` : `${source}, offsets ${first} to ${last}`
  }

  #nextStep(next: FailedTry<KafkaRecord>['next'], tries: number): string {
    if (next === 'give up') return 'no try is left'
    const delayMs = retryDelayMs(this.context.parts.retryDelay, tries)
    return `next try${next === 'retry' ? '' : ', in halves,'} in ${delayMs} ms`
  }
}

function deliveryPolicy(mapping: KafkaMapping): DeliveryPolicy {
  const { maximumRetryAttempts: attempts, maximumRecordAgeSeconds: ageSeconds } = mapping
  return {
    bisectOnError: mapping.bisectBatchOnFunctionError,
    maximumRetryAttempts: attempts < 0 && mapping.onFailureTopic !== undefined ? RETRIES_BEFORE_DESTINATION : attempts,
    maximumRecordAgeMs: ageSeconds < 0 ? -1 : ageSeconds * 1_000,
  }
}

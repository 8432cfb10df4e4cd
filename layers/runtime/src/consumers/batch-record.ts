import { AppError } from '@ecommerce/domain'
import type { Counter, Metrics } from '../metrics/metrics'
import type { ConsumedMessage } from './consumed-message'
import { RetryCounter } from './retry-counter'

type Source = Pick<ConsumedMessage, 'broker' | 'source'>

interface SourceRecord {
  readonly retries: RetryCounter
  readonly processed: Counter
  readonly retried: Counter
  readonly failed: (code: string) => Counter
  readonly seconds: { observe(value: number): void }
}

/** Records the metrics of consumed batches for each source. */
export class BatchRecord {
  readonly #sources = new Map<string, SourceRecord>()

  constructor(private readonly metrics: Metrics) {}

  arrived(messages: readonly ConsumedMessage[]): void {
    const [first] = messages
    if (!first) return
    const { retries, retried } = this.#of(first)
    retried.add(retries.countRetried(messages))
  }

  done(messages: readonly ConsumedMessage[], durationMs: number): void {
    const [first] = messages
    if (!first) return
    const { processed, seconds } = this.#of(first)
    processed.add(messages.length)
    seconds.observe(durationMs / 1_000)
  }

  failed(messages: readonly ConsumedMessage[], durationMs: number, error: unknown): void {
    const [first] = messages
    if (!first) return
    const { failed, seconds } = this.#of(first)
    failed(error instanceof AppError ? error.code : 'internal').add(messages.length)
    seconds.observe(durationMs / 1_000)
  }

  #of({ broker, source }: Source): SourceRecord {
    const key = `${broker} ${source}`
    const known = this.#sources.get(key)
    if (known) return known
    const labels = { broker, source }
    const record = {
      retries: new RetryCounter(),
      processed: this.metrics.counter('ecommerce_messages_processed_total', labels),
      retried: this.metrics.counter('ecommerce_messages_retried_total', labels),
      failed: (code: string) => this.metrics.counter('ecommerce_messages_failed_total', { ...labels, code }),
      seconds: this.metrics.histogram('ecommerce_message_batch_duration_seconds', labels),
    }
    this.#sources.set(key, record)
    return record
  }
}

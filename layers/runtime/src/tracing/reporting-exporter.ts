import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'

/** Tells of the first of a row of failures: one line of the log for a collector that is away, however long it is. */
export class ReportingExporter implements SpanExporter {
  #isFailing = false

  constructor(
    private readonly exporter: SpanExporter,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.exporter.export(spans, (result) => {
      const hasFailed = result.code === ExportResultCode.FAILED
      if (hasFailed && !this.#isFailing) this.onFailure(result.error)
      this.#isFailing = hasFailed
      resultCallback(result)
    })
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.()
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown()
  }
}

import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'

/** Reports the first of consecutive failures, so that an unavailable collector causes one log line. */
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

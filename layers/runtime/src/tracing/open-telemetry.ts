import { parseKeyPairsIntoRecord } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'
import { OpenTelemetryTracer, type OpenTelemetryTracerOptions } from './open-telemetry-tracer'
import { ReportingExporter } from './reporting-exporter'

export interface OtlpTracerOptions extends Omit<OpenTelemetryTracerOptions, 'processor' | 'flushWithinMs'> {
  /** The address of a collector, without the path: `http://127.0.0.1:4318`. */
  readonly endpoint: string
  /** `name=value`, comma separated, with URL-encoded values. May contain a secret of the collector. */
  readonly headers?: string | undefined
  /** Called for the first failed export after a successful one, or after the start. */
  readonly onFailure: (error: unknown) => void
}

/** The most spans that are kept for a collector. More are dropped, so that an unavailable collector costs no more memory. */
const MAX_QUEUED_SPANS = 4_096
const MAX_BATCH = 512
const SEND_INTERVAL_MS = 1_000
/** Includes retries. */
const EXPORT_WITHIN_MS = 5_000
const FLUSH_WITHIN_MS = 1_000

/** Creates a tracer that sends its spans over OTLP/HTTP in batches, in the background. */
export function createOtlpTracer({ endpoint, headers, onFailure, ...options }: OtlpTracerOptions): OpenTelemetryTracer {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: parseKeyPairsIntoRecord(headers),
    timeoutMillis: EXPORT_WITHIN_MS,
  })
  const processor = new BatchSpanProcessor({
    exporter: new ReportingExporter(exporter, onFailure),
    maxQueueSize: MAX_QUEUED_SPANS,
    maxExportBatchSize: MAX_BATCH,
    scheduledDelayMillis: SEND_INTERVAL_MS,
    exportTimeoutMillis: EXPORT_WITHIN_MS,
  })
  return new OpenTelemetryTracer({ ...options, processor, flushWithinMs: FLUSH_WITHIN_MS })
}

import { parseKeyPairsIntoRecord } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'
import { OpenTelemetryTracer, type OpenTelemetryTracerOptions } from './open-telemetry-tracer'
import { ReportingExporter } from './reporting-exporter'

export interface OtlpTracerOptions extends Omit<OpenTelemetryTracerOptions, 'processor' | 'flushWithinMs'> {
  /** Of a collector, without the path: `http://127.0.0.1:4318`. */
  readonly endpoint: string
  /** `name=value`, comma separated, values encoded as in a URL. May hold a key to the collector. */
  readonly headers?: string | undefined
  /** Told once of a collector that takes no spans, and again when that happens after it took some. */
  readonly onFailure: (error: unknown) => void
}

/** What waits for a collector. Beyond it spans are dropped: a collector that is away costs this memory and no more. */
const MAX_WAITING_SPANS = 4_096
const MAX_BATCH = 512
const SEND_INTERVAL_MS = 1_000
/** Retries included. */
const EXPORT_WITHIN_MS = 5_000
const FLUSH_WITHIN_MS = 1_000

/** A tracer that sends its spans over OTLP/HTTP, in batches, behind the callers' backs. */
export function createOtlpTracer({ endpoint, headers, onFailure, ...options }: OtlpTracerOptions): OpenTelemetryTracer {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: parseKeyPairsIntoRecord(headers),
    timeoutMillis: EXPORT_WITHIN_MS,
  })
  const processor = new BatchSpanProcessor({
    exporter: new ReportingExporter(exporter, onFailure),
    maxQueueSize: MAX_WAITING_SPANS,
    maxExportBatchSize: MAX_BATCH,
    scheduledDelayMillis: SEND_INTERVAL_MS,
    exportTimeoutMillis: EXPORT_WITHIN_MS,
  })
  return new OpenTelemetryTracer({ ...options, processor, flushWithinMs: FLUSH_WITHIN_MS })
}

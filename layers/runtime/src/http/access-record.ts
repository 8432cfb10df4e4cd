import { AppError, InsufficientStockError } from '@ecommerce/domain'
import type { Logger } from '../logger'
import type { Counter, Histogram, Metrics } from '../metrics/metrics'
import type { Route } from './route'

export interface Access {
  readonly startedAt: number
  /** Additional fields of the log line. */
  about?: Readonly<Record<string, string>> | undefined
  /** The user id of the caller, if the request has a valid token. */
  caller?: string | undefined
}

export interface CompletedRequest extends Access {
  readonly requestId: string
  readonly method: string
  readonly status: number
  readonly error: unknown
}

/** Writes the access log and the metrics of the requests of a route. */
export class AccessRecord {
  readonly #seconds: Histogram
  readonly #requestsByStatus = new Map<number, Counter>()

  /**
   * @param shouldLog called for each success: whether it is logged
   * @param shouldLogOverload called for each request that was refused because of overload
   */
  constructor(
    private readonly route: Pick<Route, 'method' | 'path' | 'tag'>,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    private readonly shouldLog: () => boolean,
    private readonly shouldLogOverload: () => boolean,
  ) {
    this.#seconds = metrics.histogram('ecommerce_http_request_duration_seconds', this.#labels())
  }

  completed({ startedAt, requestId, method, status, about, caller, error }: CompletedRequest): void {
    const durationMs = performance.now() - startedAt
    this.#seconds.observe(durationMs / 1_000)
    this.#requestsWith(status).add()
    this.metrics.flush()
    const isSuccess = status < 400
    // Probes and scrapes arrive every few seconds. At level info they would hide the requests for orders.
    const level = isSuccess && this.route.tag === 'operations' ? 'debug' : 'info'
    if (!this.logger.isLevelEnabled(level)) return
    if (isSuccess ? !this.shouldLog() : isOverload(error) && !this.shouldLogOverload()) return
    this.logger[level](
      {
        request_id: requestId,
        method,
        route: this.route.path,
        status,
        duration_ms: Math.round(durationMs * 100) / 100,
        ...(caller !== undefined && { caller }),
        ...about,
        ...(error instanceof InsufficientStockError && { order_id: error.order.id }),
      },
      'request',
    )
  }

  #requestsWith(status: number): Counter {
    const known = this.#requestsByStatus.get(status)
    if (known) return known
    const labels = { ...this.#labels(), status: String(status) }
    const requests = this.metrics.counter('ecommerce_http_requests_total', labels)
    this.#requestsByStatus.set(status, requests)
    return requests
  }

  #labels() {
    return { method: this.route.method, route: this.route.path }
  }
}

/** A refusal must cost little: a shop that is overloaded by its own log lines accepts less. */
export function isOverload(error: unknown): boolean {
  return error instanceof AppError && error.code === 'overloaded'
}

import type { Tracer } from '@ecommerce/domain'
import type { Logger } from './logger'
import type { Metrics } from './metrics/metrics'
import type { SamplerOptions } from './sampler'

/** Where handlers report what happens. */
export interface StackParts {
  readonly logger: Logger
  readonly metrics: Metrics
  /** Without a tracer nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** The successes, and the refusals because of overload, that are logged. Other failures are always logged. Default: all. */
  readonly logSuccesses?: SamplerOptions
}

export const ALL_SUCCESSES: SamplerOptions = { perSecond: 0, every: 1 }

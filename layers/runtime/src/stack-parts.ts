import type { Tracer } from '@ecommerce/domain'
import type { Logger } from './logger'
import type { Metrics } from './metrics/metrics'
import type { SamplerOptions } from './sampler'

/** What a stack of handlers tells of them, and to whom. */
export interface StackParts {
  readonly logger: Logger
  readonly metrics: Metrics
  /** Default: nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** Which successes have a line in the log; whatever is not one always has. Default: all. */
  readonly logSuccesses?: SamplerOptions
}

export const ALL_SUCCESSES: SamplerOptions = { perSecond: 0, every: 1 }

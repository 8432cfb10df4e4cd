import type { Tracer } from '@ecommerce/domain'
import type { Logger } from './logger'
import type { Metrics } from './metrics/metrics'

/** What a stack of handlers tells of them, and to whom. */
export interface StackParts {
  readonly logger: Logger
  readonly metrics: Metrics
  /** Default: nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** Of so many successes one has a line in the log; whatever is not one always has. Default: 1. */
  readonly logSuccessEvery?: number
}

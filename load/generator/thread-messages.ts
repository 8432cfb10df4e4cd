import type { SampleColumns } from './samples'
import type { Tally } from './sender'

/** `zeroMs` is time 0 of the step by the monotonic clock. */
export type ToThread =
  | { readonly type: 'start'; readonly zeroMs: number }
  | { readonly type: 'authorize'; readonly authorization: string }
  | { readonly type: 'stop' }

export type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'tally'; readonly tally: ThreadTally }
  | { readonly type: 'done'; readonly done: ThreadResult }

export interface ThreadTally extends Tally {
  /** The delay of timers after the warm-up, at the 99th percentile. */
  readonly eventLoopP99Ms: number
}

export interface ThreadResult {
  readonly tally: ThreadTally
  readonly columns: SampleColumns
}

import type { RequestKind } from '../load-plan'
import type { Channel } from '../results'

/** What a run is told, complete: defaults and profile are already in it. */
export interface RunOptions {
  readonly url: string
  readonly profile: ProfileName
  readonly course: Course
  /** In the order of `CHANNELS`. */
  readonly channels: readonly Channel[]
  readonly seed: number
  readonly warmupMs: number
  readonly arrivals: 'uniform' | 'poisson'
  readonly workers: number
  readonly connections: number
  readonly maxInFlight: number
  readonly timeoutMs: number
  /** How long accepted orders are waited for after the last request of a step. */
  readonly drainTimeoutMs: number
  readonly objectives: Objectives
  readonly kinds: readonly { readonly kind: RequestKind; readonly weight: number }[]
  readonly assortment: Assortment
  readonly users: number
  /** Of the folder in which every run has its own. */
  readonly out: string
  /** 0: no page. */
  readonly livePort: number
  /** The results as JSON on stdout, and everything for people on stderr. */
  readonly json: boolean
}

/** In which steps a run asks what it wants to know. */
export type Course =
  | {
      readonly kind: 'repeated'
      readonly repetitions: number
      readonly ratePerSecond: number
      readonly durationMs: number
    }
  | { readonly kind: 'clients'; readonly clients: readonly number[]; readonly requestsPerClient: number }
  | { readonly kind: 'search'; readonly ratePerSecond: number; readonly durationMs: number }

/** What must hold beside the books; none where there is no figure. */
export interface Objectives {
  readonly responseP99Ms?: number
  readonly committedP99Ms?: number
  readonly failedShare?: number
}

/** The products of a step: so many, made for it. */
export interface Assortment {
  readonly products: number
  /** `zipf`: the second is bought half as often as the first, the third a third as often. */
  readonly popularity: 'even' | 'zipf'
  /** Units of the first product; of all others there are more than enough. */
  readonly unitsOfFirst?: number
}

export const PROFILE_NAMES = ['quick', 'standard', 'seed', 'saturation', 'burst', 'hot', 'mixed', 'soak'] as const
export type ProfileName = (typeof PROFILE_NAMES)[number]

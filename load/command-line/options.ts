import type { RequestKind } from '../load-plan'
import type { Channel } from '../results'
import type { Credentials } from '../shop/access-token'

/** All options of a run, with the defaults of its profile filled in. */
export interface RunOptions {
  readonly url: string
  /** Absent for a shop that is open. Never part of the results. */
  readonly credentials?: Credentials
  readonly profile: ProfileName
  readonly pattern: LoadPattern
  /** In the order of `CHANNELS`. */
  readonly channels: readonly Channel[]
  readonly seed: number
  readonly warmupMs: number
  readonly arrivals: 'uniform' | 'poisson'
  readonly workers: number
  readonly connections: number
  readonly maxInFlight: number
  readonly timeoutMs: number
  /** How long a step waits for accepted orders after its last request. */
  readonly drainTimeoutMs: number
  readonly objectives: Objectives
  readonly kinds: readonly { readonly kind: RequestKind; readonly weight: number }[]
  readonly assortment: Assortment
  readonly users: number
  /** The folder in which every run creates its own folder. */
  readonly out: string
  /** 0 disables the live page. */
  readonly livePort: number
  /** Prints the results as JSON on stdout and everything else on stderr. */
  readonly json: boolean
}

/** The kind of steps that a run consists of. */
export type LoadPattern =
  | {
      readonly kind: 'repeated'
      readonly repetitions: number
      readonly ratePerSecond: number
      readonly durationMs: number
    }
  | { readonly kind: 'clients'; readonly clients: readonly number[]; readonly requestsPerClient: number }
  | { readonly kind: 'search'; readonly ratePerSecond: number; readonly durationMs: number }

/** The limits that a channel must meet. A missing limit is no objective. */
export interface Objectives {
  readonly responseP99Ms?: number
  readonly commitP99Ms?: number
  readonly failedShare?: number
}

/** The products that are created for a step. */
export interface Assortment {
  readonly products: number
  /** `zipf`: the second product is bought half as often as the first, the third a third as often. */
  readonly popularity: 'even' | 'zipf'
  /** The stock of the first product. All others have more than enough. */
  readonly unitsOfFirst?: number
}

export const PROFILE_NAMES = ['quick', 'standard', 'seed', 'saturation', 'burst', 'hot', 'mixed', 'soak'] as const
export type ProfileName = (typeof PROFILE_NAMES)[number]

import type { ShopHome } from '../shop/fault-shop'

export interface FaultOptions {
  /** Patterns of the ids of faults. */
  readonly only: readonly string[]
  readonly home: ShopHome
  /** How long each fault lasts, unless it has a time of its own. */
  readonly faultSeconds: number
  /** Per channel. */
  readonly ratePerSecond: number
  readonly seed: number
  /** Set for a long run with random faults instead of each fault once. */
  readonly forMs?: number
  /** Set for a cluster of three nodes of each server. */
  readonly nodes?: 3
  /** The folder in which each run creates its own folder. */
  readonly output: string
}

export type FaultCommand =
  | { readonly name: 'help' }
  | { readonly name: 'list' }
  | { readonly name: 'run'; readonly options: FaultOptions }

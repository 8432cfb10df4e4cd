/** The promises that every fault is measured by. */
export const LIMITS = {
  /** No response is later. */
  responseMs: 10_000,
  /** All channels work again, without a restart. */
  recoveryMs: 15_000,
  /** An order that is committed later than this after its acceptance counts as not yet recovered. */
  commitMs: 2_000,
} as const

/** Limits for the loss of a node in a cluster of three. */
export const CLUSTER_LIMITS = {
  gapMs: 10_000,
  gapMysqlMs: 30_000,
  /** Of a planned switchover of MySQL. */
  switchoverMs: 2_000,
} as const

/** The limits of a call to a store or a publisher. */
export interface CallOptions {
  /**
   * When the caller stops waiting, in epoch milliseconds. What cannot be done by then is refused with
   * `UnavailableError`. Default: the limit of the store or publisher itself.
   */
  readonly deadline?: number | undefined
}

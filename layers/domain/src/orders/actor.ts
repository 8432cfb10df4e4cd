/** Who reads or changes orders. In an open shop, nobody is known and everybody may do everything. */
export interface Actor {
  /** The user id of the caller, for the record. */
  readonly userId?: string | undefined
  /** The only user whose orders the actor may see and change. Undefined: those of all users. */
  readonly onlyFor?: string | undefined
}

export const ANY_ACTOR: Actor = {}

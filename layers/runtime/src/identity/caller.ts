import type { Scope } from './scopes'

/** Who sends a request, and what the caller may do. */
export interface Caller {
  /** The user id in the token of the caller. Undefined without a token, and in a shop without an identity provider. */
  readonly userId: string | undefined
  may(scope: Scope): boolean
}

/** Every caller of a shop without an identity provider. */
export const ANYBODY: Caller = { userId: undefined, may: () => true }

/** A caller without a token. */
export const ANONYMOUS: Caller = { userId: undefined, may: () => false }

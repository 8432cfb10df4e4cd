import type { Caller } from './caller'

/** The caller that a token names, or why the token is refused: a phrase that follows "The access token". */
export type Verification = { readonly caller: Caller } | { readonly refusal: string }

export interface TokenVerifier {
  /** @throws {UnavailableError} when the keys of the identity provider are needed and cannot be read */
  verify(token: string): Promise<Verification>
}

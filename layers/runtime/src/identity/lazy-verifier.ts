import type { TokenVerifier, Verification } from './token-verifier'

/** A verifier whose library is loaded only in a shop with an identity provider, while the process continues to start. */
export class LazyVerifier implements TokenVerifier {
  #verifier: TokenVerifier | undefined
  readonly #loading: Promise<TokenVerifier>

  constructor(load: () => Promise<TokenVerifier>) {
    this.#loading = load().then((verifier) => {
      this.#verifier = verifier
      return verifier
    })
  }

  async verify(token: string): Promise<Verification> {
    return (this.#verifier ?? (await this.#loading)).verify(token)
  }
}

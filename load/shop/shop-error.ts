/** The shop cannot be measured: it does not respond, is not ready, or is not a shop of this project. */
export class ShopError extends Error {
  override readonly name = 'ShopError'

  constructor(
    readonly code: 'unreachable' | 'not-a-shop' | 'not-ready' | 'not-allowed' | 'unexpected-response',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

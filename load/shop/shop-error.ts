/** The shop cannot be measured: it is away, it is something else, or it answers what a shop does not. */
export class ShopError extends Error {
  override readonly name = 'ShopError'

  constructor(
    readonly code: 'unreachable' | 'not-a-shop' | 'not-ready' | 'unexpected-answer',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

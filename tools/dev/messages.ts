/** Sent to the process of the functions. */
export interface LoadRequest {
  /** The folder of a generation. */
  readonly load: string
}

/** Sent by the process of the functions. */
export type LoadReply =
  | { readonly kind: 'loaded'; readonly folder: string }
  | { readonly kind: 'load-failed'; readonly folder: string; readonly error: string }
  | { readonly kind: 'close-failed'; readonly error: string }

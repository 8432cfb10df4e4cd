/** What the invoker sends to a Node.js function. It replaces the event of serverless-offline. */
export interface FunctionCall {
  /** URL of the module of serverless-offline with `load`, so that handlers are found exactly as for HTTP. */
  readonly loader: string
  readonly servicePath: string
  /** The path of the handler, with the name of its export: `/service/src/orders.handler`. */
  readonly handlerPath: string
  /** As in `serverless.yml`. */
  readonly handler: string
  /** The handler is loaded again when it changes. */
  readonly codeVersion: number
  readonly event: unknown
}

/**
 * The result of an invocation in a form that can always be sent between threads: what the function returned as JSON, or
 * what it threw as text.
 */
export type FunctionReply = { readonly json: string } | { readonly thrown: ThrownValue }

export interface ThrownValue {
  /** The class of the error, or the type of a value that is no error. */
  readonly name: string
  readonly message: string
  /** With stack trace and causes. */
  readonly detail: string
}

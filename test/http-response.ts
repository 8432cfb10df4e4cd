/** A response, as the tests look at it. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The parsed value of a JSON body, otherwise the text; undefined when the body is empty. */
  readonly body: unknown
}

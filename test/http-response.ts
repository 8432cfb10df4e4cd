export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Parsed when it is JSON, else the text; undefined when empty. */
  readonly body: unknown
}

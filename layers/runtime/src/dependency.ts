import { withinTime } from '@ecommerce/domain'

/** A server that the shop depends on. */
export interface Dependency {
  readonly name: string
  /** Without a required dependency no route works; without another one, only its routes fail. */
  readonly required: boolean
  /** The channel whose orders pass through this server. */
  readonly channel: 'sync' | 'kafka' | 'rabbitmq' | 'all'
  /** Rejects with the reason when the server cannot be used. */
  readonly check: () => Promise<unknown>
  readonly describe: () => Promise<DependencyDescription>
}

/** What a server reports about itself. */
export interface DependencyDescription {
  /** Undefined when the server does not report its version. */
  readonly version?: string | undefined
  /** The settings that decide whether accepted data survives a crash, in the server's own terms. */
  readonly durability: Readonly<Record<string, string>>
}

/** What a dependency has responded, or why it is down. */
export type DependencyResult<Value> =
  | { readonly status: 'up'; readonly value: Value }
  | { readonly status: 'down'; readonly reason: string }

/** Queries a dependency with a deadline. Never rejects. */
export async function queryWithin<Value>(
  timeoutMs: number,
  query: () => Promise<Value>,
): Promise<DependencyResult<Value>> {
  try {
    return {
      status: 'up',
      value: await withinTime(query(), timeoutMs, () => new Error(`no response within ${timeoutMs} ms`)),
    }
  } catch (error) {
    return { status: 'down', reason: reasonOf(error) }
  }
}

/** The innermost cause is the most specific: "connect ECONNREFUSED" rather than "MySQL is not available". */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (error instanceof Error && error.cause instanceof Error) return reasonOf(error.cause)
  return error instanceof Error && error.message !== '' ? error.message : 'unknown'
}

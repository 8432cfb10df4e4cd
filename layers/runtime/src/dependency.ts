import { withinTime } from '@ecommerce/domain'

/** Something the service depends on. */
export interface Dependency {
  readonly name: string
  /** Without a required dependency nothing works; without another one, only its routes do not. */
  readonly required: boolean
  /** Whose orders pass through it. */
  readonly channel: 'sync' | 'kafka' | 'rabbitmq' | 'all'
  /** Rejects with the reason when it can't be used. */
  readonly check: () => Promise<unknown>
  readonly describe: () => Promise<DependencyDescription>
}

/** What a server says of itself. */
export interface DependencyDescription {
  /** Not every server tells. */
  readonly version?: string | undefined
  /** The settings that decide whether what it has accepted survives, in its own terms. */
  readonly durability: Readonly<Record<string, string>>
}

/** What a dependency answered, or why it did not. */
export type DependencyAnswer<Value> =
  | { readonly status: 'up'; readonly value: Value }
  | { readonly status: 'down'; readonly reason: string }

/** Asks a dependency and waits no longer than told. Never rejects. */
export async function askWithin<Value>(timeoutMs: number, ask: () => Promise<Value>): Promise<DependencyAnswer<Value>> {
  try {
    return {
      status: 'up',
      value: await withinTime(ask(), timeoutMs, () => new Error(`no answer within ${timeoutMs} ms`)),
    }
  } catch (error) {
    return { status: 'down', reason: reasonOf(error) }
  }
}

/** The innermost cause says most: "connect ECONNREFUSED" rather than "MySQL is not available". */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (error instanceof Error && error.cause instanceof Error) return reasonOf(error.cause)
  return error instanceof Error && error.message !== '' ? error.message : 'unknown'
}

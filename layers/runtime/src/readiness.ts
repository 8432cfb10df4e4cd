/** Something the service depends on; `check` rejects with the reason when it can't be used. */
export interface Dependency {
  readonly name: string
  /** Without a required dependency nothing works; without another one, only its routes do not. */
  readonly required: boolean
  readonly check: () => Promise<unknown>
}

export interface DependencyState {
  readonly status: 'up' | 'down'
  readonly required: boolean
  readonly latencyMs: number
  readonly reason?: string | undefined
}

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'unavailable'
  readonly dependencies: Readonly<Record<string, DependencyState>>
}

/** Checks all dependencies side by side, each bounded in time. Never rejects. */
export async function checkReadiness(dependencies: readonly Dependency[], timeoutMs: number): Promise<Readiness> {
  const states = await Promise.all(dependencies.map((dependency) => checkOne(dependency, timeoutMs)))
  const down = states.filter(({ status }) => status === 'down')
  return {
    status: down.some(({ required }) => required) ? 'unavailable' : down.length > 0 ? 'degraded' : 'ready',
    dependencies: Object.fromEntries(dependencies.map(({ name }, index) => [name, states[index] as DependencyState])),
  }
}

async function checkOne({ required, check }: Dependency, timeoutMs: number): Promise<DependencyState> {
  const startedAt = performance.now()
  const latencyMs = () => Math.round(performance.now() - startedAt)
  try {
    await withDeadline(check(), timeoutMs)
    return { status: 'up', required, latencyMs: latencyMs() }
  } catch (error) {
    return { status: 'down', required, latencyMs: latencyMs(), reason: reasonOf(error) }
  }
}

async function withDeadline(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}

/** The innermost cause says most: "connect ECONNREFUSED" rather than "MySQL is not available". */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (error instanceof Error && error.cause instanceof Error) return reasonOf(error.cause)
  return error instanceof Error && error.message !== '' ? error.message : 'unknown'
}

/** What is wrong with a service, gathered whole: a start that is refused says everything at once. */
export class Findings {
  readonly refusals: string[] = []
  readonly warnings: string[] = []

  refuse(place: string, problem: string): void {
    this.refusals.push(`${place}: ${problem}`)
  }

  warn(place: string, problem: string): void {
    this.warnings.push(`${place}: ${problem}`)
  }

  /** @throws ServiceRefusedError if anything was refused. */
  assertNoRefusal(): void {
    if (this.refusals.length > 0) throw new ServiceRefusedError(this.refusals)
  }
}

/** A service that asks for what is not emulated, or whose settings are wrong. Names every place, shows no value. */
export class ServiceRefusedError extends Error {
  readonly code = 'SERVERLESS_OFFLINE_BROKERS_REFUSED'
  readonly refusals: readonly string[]

  constructor(refusals: readonly string[]) {
    super(['serverless-offline-brokers does not start:', ...refusals].join('\n  - '))
    this.name = 'ServiceRefusedError'
    this.refusals = refusals
  }
}

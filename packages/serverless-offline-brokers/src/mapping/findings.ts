/** Collects all problems of a service, so that one error can name all of them. */
export class Findings {
  readonly refusals: string[] = []
  readonly warnings: string[] = []

  refuse(path: string, problem: string): void {
    this.refusals.push(`${path}: ${problem}`)
  }

  warn(path: string, problem: string): void {
    this.warnings.push(`${path}: ${problem}`)
  }

  /** @throws ServiceRefusedError if anything was refused. */
  assertNoRefusal(): void {
    if (this.refusals.length > 0) throw new ServiceRefusedError(this.refusals)
  }
}

/** The service uses something that is not emulated, or has invalid settings. The message names paths, but no values. */
export class ServiceRefusedError extends Error {
  readonly code = 'SERVERLESS_OFFLINE_BROKERS_REFUSED'
  readonly refusals: readonly string[]

  constructor(refusals: readonly string[]) {
    super(['serverless-offline-brokers does not start:', ...refusals].join('\n  - '))
    this.name = 'ServiceRefusedError'
    this.refusals = refusals
  }
}

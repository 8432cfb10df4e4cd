import { UnavailableError, withinTime } from '@ecommerce/domain'

/** The result of work that a broker has to confirm. @throws {UnavailableError} when it does not confirm in time */
export function withDeadline<Result>(dependency: string, timeoutMs: number, work: Promise<Result>): Promise<Result> {
  return withinTime(work, timeoutMs, () => {
    const cause = new Error(`no confirmation within ${timeoutMs} ms`)
    return new UnavailableError(dependency, { cause })
  })
}

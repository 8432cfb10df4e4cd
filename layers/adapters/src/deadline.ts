import { UnavailableError } from '@ecommerce/domain'

/**
 * The result of the work, or `UnavailableError` when it is not there in time; its later end is of no interest then.
 * Leaves no timer behind.
 */
export async function withDeadline<Result>(
  dependency: string,
  withinMs: number,
  work: Promise<Result>,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    const cause = new Error(`no confirmation within ${withinMs} ms`)
    timer = setTimeout(() => reject(new UnavailableError(dependency, { cause })), withinMs)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}

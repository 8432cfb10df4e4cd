/**
 * Settles as the work does, or rejects with `lateError()` after `timeoutMs`. It does not stop the work: the outcome of
 * late work is ignored. Leaves no timer behind.
 */
export async function withinTime<Result>(
  work: Promise<Result>,
  timeoutMs: number,
  lateError: () => Error,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lateError()), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

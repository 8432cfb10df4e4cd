/** Settles as the promise does, or rejects when the time is over first; the promise goes on. Leaves no timer behind. */
export async function withinTime<T>(promise: Promise<T>, timeoutMs: number, lateError: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lateError()), timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Runs a request for several callers. One run at a time: a call during a run shares the next run, because the present one
 * may have started before the event that the caller wants to see.
 */
export function coalesce<T>(run: () => Promise<T>): () => Promise<T> {
  let idle: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | undefined

  function start(): Promise<T> {
    next = undefined
    const running = run()
    idle = running.catch(() => undefined)
    return running
  }

  return () => {
    next ??= idle.then(start)
    return next
  }
}

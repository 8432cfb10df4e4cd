/** The run was stopped before there was anything to measure. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
  readonly code = 'interrupted'

  constructor() {
    super('interrupted before the run started: there are no results')
  }
}

/**
 * Waits for the preparation of a run, but not longer than until the signal: a hanging file system or server must not
 * keep a run alive that is stopped.
 * @throws {InterruptedError}
 */
export async function unlessStopped<Value>(stop: AbortSignal, preparation: Promise<Value>): Promise<Value> {
  let onStop = () => {}
  const stopped = new Promise<never>((_, reject) => {
    onStop = () => reject(new InterruptedError())
    if (stop.aborted) onStop()
    else stop.addEventListener('abort', onStop, { once: true })
  })
  try {
    return await Promise.race([preparation, stopped])
  } finally {
    stop.removeEventListener('abort', onStop)
    // Nobody waits for its failure any more.
    preparation.catch(() => undefined)
  }
}

/** npm and the terminal may both pass on the same Ctrl-C: a signal so soon after the first is not a second one. */
const SAME_SIGNAL_MS = 300

/**
 * The first signal aborts the returned signal: the run stops measuring, and the accepted orders are still audited. A
 * second signal ends the process immediately.
 */
export function stopOnSignals(exitCode: number): AbortSignal {
  const stop = new AbortController()
  let firstAtMs: number | undefined
  const onSignal = () => {
    if (firstAtMs !== undefined && Date.now() - firstAtMs > SAME_SIGNAL_MS) process.exit(exitCode)
    if (firstAtMs !== undefined) return
    firstAtMs = Date.now()
    console.error('\ninterrupted: the accepted orders are audited; press Ctrl-C again to exit immediately')
    stop.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  return stop.signal
}

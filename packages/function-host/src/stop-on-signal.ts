/** A second signal within this time repeats the first one: a terminal and npm may both send it. */
const SAME_SIGNAL_MS = 500

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

const EXIT_CODES: Readonly<Record<StopSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** The parts of `process` that are used here. */
export interface SignalledProcess {
  on(signal: StopSignal, listener: () => void): unknown
  exit(code: number): unknown
}

/**
 * On the first signal: calls `stop`, then exits with the code that it resolves to. A second signal exits immediately.
 */
export function stopOnSignal(
  stop: () => Promise<number>,
  signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM'],
  target: SignalledProcess = process,
  clock: () => number = Date.now,
): void {
  let stoppingSince: number | undefined
  const onSignal = async (signal: StopSignal) => {
    if (stoppingSince === undefined) {
      stoppingSince = clock()
      target.exit(await stop())
    } else if (clock() - stoppingSince > SAME_SIGNAL_MS) {
      target.exit(EXIT_CODES[signal])
    }
  }
  for (const signal of signals) target.on(signal, () => void onSignal(signal))
}

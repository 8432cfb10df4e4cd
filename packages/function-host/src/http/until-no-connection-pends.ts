import { setImmediate as nextTurn } from 'node:timers/promises'

const AT_MOST_MS = 1_000
/** So short that hardly any connection arrives between the last check and the end of listening. */
const SHORT_TURN_MS = 0.5

/**
 * Resolves after a short turn of the event loop without a new connection, or after a timeout. When a server stops
 * listening, the system resets the connections that it has accepted and the process has not, and their requests are
 * lost. A load balancer that opens a connection for each request always has some in this state.
 * @param connections the number of connections that the process has accepted so far
 */
export async function untilNoConnectionPends(connections: () => number): Promise<void> {
  const until = performance.now() + AT_MOST_MS
  // This turn may have checked for connections already.
  await nextTurn()
  for (;;) {
    const before = connections()
    const startedAt = performance.now()
    await nextTurn()
    const now = performance.now()
    const isQuiet = connections() === before && now - startedAt < SHORT_TURN_MS
    if (isQuiet || now > until) return
  }
}

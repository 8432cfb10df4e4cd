import type { Schedule } from './schedule'
import type { Sender } from './sender'
import type { StepClock } from './step-clock'

/**
 * Offers every request on schedule, independent of earlier responses. Timers of Node fire on whole milliseconds, so a
 * request may be 1 ms late, or less, because each response triggers another look at the clock. This is cheaper than
 * spinning, and the delay is recorded.
 * @returns when the last request was offered, or soon after the signal
 */
export function runOpenLoop(schedule: Schedule, sender: Sender, clock: StepClock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let next = 0
    let timer: NodeJS.Timeout | undefined
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    const offerDue = () => {
      while (next < schedule.length && !signal.aborted) {
        const dueMs = schedule.dueMs[next] ?? 0
        if (clock() < dueMs) return
        sender.offer(schedule.at(next++), dueMs, afterResponse)
      }
      end()
    }
    const afterResponse = (hasResponse: boolean) => {
      if (hasResponse) offerDue()
    }
    const wait = () => {
      offerDue()
      const dueMs = schedule.dueMs[next]
      if (dueMs !== undefined && !signal.aborted) timer = setTimeout(wait, Math.max(1, Math.floor(dueMs - clock())))
    }
    signal.addEventListener('abort', end, { once: true })
    wait()
  })
}

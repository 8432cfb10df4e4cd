import type { Schedule } from './schedule'
import type { Sender } from './sender'
import type { StepClock } from './step-clock'

/**
 * Takes every request at its time, whatever became of those before. Timers of Node fire on whole milliseconds, so a
 * request is up to 1 ms late, less when answers come in: each is an occasion to look at the clock. That is cheaper than
 * spinning, and it is recorded.
 * @returns when the last one was taken, or soon after the signal
 */
export function runOpenLoop(schedule: Schedule, sender: Sender, clock: StepClock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let next = 0
    let timer: NodeJS.Timeout | undefined
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    const takeDue = () => {
      while (next < schedule.length && !signal.aborted) {
        const dueMs = schedule.dueMs[next] ?? 0
        if (clock() < dueMs) return
        sender.take(schedule.at(next++), dueMs, afterAnswer)
      }
      end()
    }
    const afterAnswer = (isAnswered: boolean) => {
      if (isAnswered) takeDue()
    }
    const wait = () => {
      takeDue()
      const dueMs = schedule.dueMs[next]
      if (dueMs !== undefined && !signal.aborted) timer = setTimeout(wait, Math.max(1, Math.floor(dueMs - clock())))
    }
    signal.addEventListener('abort', end, { once: true })
    wait()
  })
}

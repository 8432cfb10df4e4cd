import { randomUUID } from 'node:crypto'
import type { LambdaFunction } from './lambda-function'
import type { Schedule } from './manifest'

export interface ScheduledFunction {
  readonly key: string
  readonly function: Pick<LambdaFunction, 'invoke'>
  readonly schedule: Schedule
}

export interface SchedulesParts {
  readonly scheduled: readonly ScheduledFunction[]
  readonly region: string
  readonly clock: () => number
  /** Called when a function has failed. The function is invoked again at its next time. */
  readonly onFailure: (key: string, error: unknown) => void
}

/** Invokes functions at their rates, as EventBridge does. Skips a function whose last invocation still runs. */
export class Schedules {
  readonly #parts: SchedulesParts
  readonly #running = new Map<ScheduledFunction, Promise<void>>()
  #timers: NodeJS.Timeout[] = []

  constructor(parts: SchedulesParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timers = this.#parts.scheduled.map((scheduled) => {
      const invokeUnlessRunning = () => {
        if (!this.#running.has(scheduled)) this.#running.set(scheduled, this.#invoke(scheduled))
      }
      return setInterval(invokeUnlessRunning, scheduled.schedule.everyMs)
    })
  }

  /** Starts no invocation any more; resolves when the running ones have ended. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await Promise.all(this.#running.values())
  }

  async #invoke(scheduled: ScheduledFunction): Promise<void> {
    try {
      await scheduled.function.invoke(this.#eventOf(scheduled))
    } catch (error) {
      this.#parts.onFailure(scheduled.key, error)
    } finally {
      this.#running.delete(scheduled)
    }
  }

  #eventOf({ key, schedule }: ScheduledFunction): unknown {
    if (schedule.input !== undefined) return structuredClone(schedule.input)
    const { region, clock } = this.#parts
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: `${new Date(clock()).toISOString().slice(0, 19)}Z`,
      region,
      resources: [`arn:aws:events:${region}:000000000000:rule/${key}`],
      detail: {},
    }
  }
}

import type { Context } from 'aws-lambda'
import type { StackParts } from '../stack-parts'
import { traceSchedule } from '../tracing/trace-schedule'

export type ScheduledHandler = (event: unknown, context: Context) => Promise<void>

/**
 * Creates a Lambda handler for a schedule. When the work rejects, the function has failed, and the schedule invokes it
 * again at the next time.
 * @param work returns the fields of its log line
 */
export type ScheduleStack = (work: () => Promise<Readonly<Record<string, unknown>>>) => ScheduledHandler

/** Creates the stack that all scheduled functions share: one log line for each call, successful or not. */
export function createScheduleStack({ logger, metrics, tracer }: StackParts): ScheduleStack {
  return (work) => {
    async function run(context: Context): Promise<void> {
      const startedAt = performance.now()
      const describe = () => ({
        request_id: context.awsRequestId,
        function: context.functionName,
        duration_ms: Math.round((performance.now() - startedAt) * 100) / 100,
      })
      try {
        const done = await work()
        logger.info({ ...describe(), ...done }, 'scheduled')
      } catch (error) {
        logger.warn({ ...describe(), err: error }, 'scheduled work failed: it will run again at the next time')
        throw error
      } finally {
        metrics.flush()
      }
    }
    const handle = tracer === undefined ? run : traceSchedule(tracer, run)
    return async (_event, context) => handle(context)
  }
}

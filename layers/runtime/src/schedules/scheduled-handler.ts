import type { Context } from 'aws-lambda'
import type { StackParts } from '../stack-parts'
import { traceSchedule } from '../tracing/trace-schedule'

export type ScheduledHandler = (event: unknown, context: Context) => Promise<void>

/**
 * Makes a Lambda handler for a schedule of the work it is to do. When it rejects, the function has failed, and the
 * schedule calls it again in its time.
 * @param work answers what the log is to say about it
 */
export type ScheduleStack = (work: () => Promise<Readonly<Record<string, unknown>>>) => ScheduledHandler

/** The one stack of scheduled functions: one log line a call, whether it succeeds or fails. */
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
        logger.warn({ ...describe(), err: error }, 'scheduled work failed and will be tried again')
        throw error
      } finally {
        metrics.flush()
      }
    }
    const handle = tracer === undefined ? run : traceSchedule(tracer, run)
    return async (_event, context) => handle(context)
  }
}

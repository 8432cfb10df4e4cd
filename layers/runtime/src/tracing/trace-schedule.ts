import type { Tracer } from '@ecommerce/domain'
import type { Context } from 'aws-lambda'

type Run = (context: Context) => Promise<void>

/** Wraps scheduled work so that each run has a trace of its own. */
export function traceSchedule(tracer: Tracer, run: Run): Run {
  return async (context) => {
    try {
      await tracer.inSpan(
        { name: context.functionName, kind: 'internal', mayBegin: true, attributes: { 'faas.trigger': 'timer' } },
        () => run(context),
      )
    } finally {
      await tracer.invocationEnded()
    }
  }
}

import type { Context } from 'aws-lambda'
import type { Logger } from '../logger'
import type { Metrics } from '../metrics/metrics'
import { BatchRecord } from './batch-record'
import type { ConsumedMessage } from './consumed-message'

export type ConsumerHandler<Event> = (event: Event, context: Context) => Promise<void>

/**
 * Makes a Lambda handler for an event source of what takes its messages out and what is done with them. When it
 * resolves, all of them are acknowledged; when it rejects, the event source brings all of them again.
 */
export type ConsumerStack = <Event>(
  messagesOf: (event: Event) => ConsumedMessage[],
  work: (messages: ConsumedMessage[]) => Promise<void>,
) => ConsumerHandler<Event>

/** The one consumer stack: one log line and the metrics of each batch, whether it succeeds or fails and will come again. */
export function createConsumerStack(logger: Logger, metrics: Metrics): ConsumerStack {
  const record = new BatchRecord(metrics)
  return (messagesOf, work) => async (event, context) => {
    const startedAt = performance.now()
    const messages = messagesOf(event)
    const describe = (durationMs: number) => ({
      request_id: context.awsRequestId,
      source: messages[0]?.source,
      messages: messages.length,
      duration_ms: Math.round(durationMs * 100) / 100,
    })
    record.arrived(messages)
    try {
      await work(messages)
      const durationMs = performance.now() - startedAt
      record.done(messages, durationMs)
      logger.info(describe(durationMs), 'batch')
    } catch (error) {
      const durationMs = performance.now() - startedAt
      record.failed(messages, durationMs, error)
      logger.warn({ ...describe(durationMs), err: error }, 'batch failed and will come again')
      throw error
    } finally {
      metrics.flush()
    }
  }
}

import type { DeadLetterCause } from '@ecommerce/domain'
import type { Context } from 'aws-lambda'
import { createSampler } from '../sampler'
import { ALL_SUCCESSES, type StackParts } from '../stack-parts'
import { traceBatches } from '../tracing/trace-batches'
import { BatchRecord } from './batch-record'
import type { ConsumedMessage } from './consumed-message'

export type ConsumerHandler<Event> = (event: Event, context: Context) => Promise<void>

/**
 * Makes a Lambda handler for an event source of what takes its messages out and what is done with them. When it
 * resolves, all of them are acknowledged; when it rejects, the event source brings all of them again.
 */
export type ConsumerStack = <Event>(
  messagesOf: (event: Event) => ConsumedMessage[],
  work: (messages: ConsumedMessage[]) => Promise<BatchResult>,
) => ConsumerHandler<Event>

/** What the log is to say of a batch that succeeded. */
export interface BatchResult {
  /** What could never succeed, and is with the dead letters now. */
  readonly deadLettered?: readonly DeadLettered[]
}

interface DeadLettered {
  readonly message: ConsumedMessage
  readonly cause: DeadLetterCause
}

/** Of so many messages of a batch a line of the log has the ids; at level debug it has all. */
const TOLD_IDS = 10

/**
 * The one consumer stack: one log line and the metrics of each batch, whether it succeeds or fails and will come again.
 */
export function createConsumerStack({
  logger,
  metrics,
  tracer,
  logSuccesses = ALL_SUCCESSES,
}: StackParts): ConsumerStack {
  const record = new BatchRecord(metrics)
  const shouldLog = createSampler(logSuccesses)
  return (messagesOf, work) => {
    async function consume(messages: ConsumedMessage[], context: Context): Promise<void> {
      const startedAt = performance.now()
      const describe = (durationMs: number) => ({
        request_id: context.awsRequestId,
        source: messages[0]?.source,
        messages: messages.length,
        message_ids: idsOf(messages, logger.isLevelEnabled('debug') ? messages.length : TOLD_IDS),
        duration_ms: Math.round(durationMs * 100) / 100,
      })
      record.arrived(messages)
      try {
        const { deadLettered = [] } = await work(messages)
        const durationMs = performance.now() - startedAt
        record.done(messages, durationMs)
        if (deadLettered.length > 0) {
          logger.warn({ ...describe(durationMs), dead_letters: deadLettered.slice(0, TOLD_IDS).map(toLogged) }, 'batch')
        } else if (shouldLog()) {
          logger.info(describe(durationMs), 'batch')
        }
      } catch (error) {
        const durationMs = performance.now() - startedAt
        record.failed(messages, durationMs, error)
        logger.warn({ ...describe(durationMs), err: error }, 'batch failed and will come again')
        throw error
      } finally {
        metrics.flush()
      }
    }
    const handle = tracer === undefined ? consume : traceBatches(tracer, consume)
    return async (event, context) => handle(messagesOf(event), context)
  }
}

function idsOf(messages: readonly ConsumedMessage[], limit: number): string[] {
  return messages.slice(0, limit).map(nameOf)
}

function toLogged({ message, cause }: DeadLettered) {
  return { message_id: nameOf(message), code: cause.code }
}

/** Whoever sent it chose the id, if there is one: it may have any length. */
function nameOf({ id, position }: ConsumedMessage): string {
  return (id ?? position ?? 'unknown').slice(0, 128)
}

import { type CallLimits, type DeadLetterCause, steadyNow } from '@ecommerce/domain'
import type { Context } from 'aws-lambda'
import { createSampler } from '../sampler'
import { ALL_SUCCESSES, type StackParts } from '../stack-parts'
import { traceBatches } from '../tracing/trace-batches'
import { BatchRecord } from './batch-record'
import type { ConsumedMessage } from './consumed-message'

export type ConsumerHandler<Event> = (event: Event, context: Context) => Promise<void>

/**
 * Creates a Lambda handler for an event source. When the handler resolves, the event source acknowledges all messages of
 * the event. When it rejects, the event source delivers all of them again.
 * @param messagesOf extracts the messages of an event
 * @param work processes them. Its deadline is the end of the invocation.
 */
export type ConsumerStack = <Event>(
  messagesOf: (event: Event) => ConsumedMessage[],
  work: (messages: ConsumedMessage[], limits: CallLimits) => Promise<BatchResult>,
) => ConsumerHandler<Event>

/** The result of a batch that succeeded, for the log. */
export interface BatchResult {
  /** The messages that can never succeed. They are published to the dead letters. */
  readonly deadLettered?: readonly DeadLettered[]
}

interface DeadLettered {
  readonly message: ConsumedMessage
  readonly cause: DeadLetterCause
}

/** A log line has at most this many message ids; at level debug it has all of them. */
const MAX_LOGGED_IDS = 10

/**
 * Creates the stack that all consumer functions share: a log line and metrics for each batch, successful or not.
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
        message_ids: idsOf(messages, logger.isLevelEnabled('debug') ? messages.length : MAX_LOGGED_IDS),
        duration_ms: Math.round(durationMs * 100) / 100,
      })
      record.arrived(messages)
      try {
        const { deadLettered = [] } = await work(messages, limitsOf(context))
        const durationMs = performance.now() - startedAt
        record.done(messages, durationMs)
        if (deadLettered.length > 0) {
          logger.warn(
            { ...describe(durationMs), dead_letters: deadLettered.slice(0, MAX_LOGGED_IDS).map(toLogged) },
            'batch',
          )
        } else if (shouldLog()) {
          logger.info(describe(durationMs), 'batch')
        }
      } catch (error) {
        const durationMs = performance.now() - startedAt
        record.failed(messages, durationMs, error)
        logger.warn({ ...describe(durationMs), err: error }, 'batch failed: it will be delivered again')
        throw error
      } finally {
        metrics.flush()
      }
    }
    const handle = tracer === undefined ? consume : traceBatches(tracer, consume)
    return async (event, context) => handle(messagesOf(event), context)
  }
}

/** The time that a function needs to log its failure, before Lambda ends it. */
const MARGIN_MS = 500

function limitsOf(context: Context): CallLimits {
  return { deadline: steadyNow() + context.getRemainingTimeInMillis() - MARGIN_MS }
}

function idsOf(messages: readonly ConsumedMessage[], limit: number): string[] {
  return messages.slice(0, limit).map(nameOf)
}

function toLogged({ message, cause }: DeadLettered) {
  return { message_id: nameOf(message), code: cause.code }
}

/** The producer chooses the id, so it may be missing or very long. */
function nameOf({ id, position }: ConsumedMessage): string {
  return (id ?? position ?? 'unknown').slice(0, 128)
}

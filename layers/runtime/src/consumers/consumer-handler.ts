import type { Context } from 'aws-lambda'
import type { Logger } from '../logger'
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

/** The one consumer stack: one log line a batch, whether it succeeds or fails and will come again. */
export function createConsumerStack(logger: Logger): ConsumerStack {
  return (messagesOf, work) => async (event, context) => {
    const startedAt = performance.now()
    const messages = messagesOf(event)
    const describe = () => ({
      request_id: context.awsRequestId,
      source: messages[0]?.source,
      messages: messages.length,
      duration_ms: Math.round((performance.now() - startedAt) * 100) / 100,
    })
    try {
      await work(messages)
      logger.info(describe(), 'batch')
    } catch (error) {
      logger.warn({ ...describe(), err: error }, 'batch failed and will come again')
      throw error
    }
  }
}

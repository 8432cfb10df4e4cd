import type { OutgoingMessage } from '@ecommerce/domain'
import type { ConfirmChannel, Message } from 'amqplib'
import type { Refusal } from '../batch-publisher'

export interface PublishRoute {
  readonly exchange: string
  readonly routingKey: string
  /** The message's `type` property. */
  readonly type: string
}

/**
 * Publishes persistent, mandatory messages and resolves when the broker has confirmed or refused each of them. When the
 * channel closes before, those without a confirm count as refused: they may be there, or not. One call at a time on a
 * channel.
 */
export function publishConfirmed(
  channel: ConfirmChannel,
  { exchange, routingKey, type }: PublishRoute,
  messages: readonly OutgoingMessage[],
): Promise<readonly Refusal[]> {
  return new Promise((resolve) => {
    const refusals: Refusal[] = Array.from(messages, () => undefined)
    /** Given back because no queue takes them; the confirm of each follows. */
    const returned = new Set<string>()
    const onReturn = ({ properties }: Message) => returned.add(String(properties.messageId))
    let open = messages.length
    channel.on('return', onReturn)

    function confirmed(at: number, id: string, error: unknown): void {
      if (error) refusals[at] = error instanceof Error ? error : new Error(String(error))
      else if (returned.has(id)) refusals[at] = new Error(`no queue takes ${routingKey} from ${exchange}`)
      open -= 1
      if (open > 0) return
      channel.off('return', onReturn)
      resolve(refusals)
    }

    messages.forEach(({ id, body, headers }, at) => {
      const properties = {
        messageId: id,
        type,
        contentType: 'application/json',
        headers,
        persistent: true,
        mandatory: true,
      }
      channel.publish(exchange, routingKey, Buffer.from(body), properties, (error) => confirmed(at, id, error))
    })
  })
}

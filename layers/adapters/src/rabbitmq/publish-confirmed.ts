import type { Socket } from 'node:net'
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

    function publish({ id, body, headers }: OutgoingMessage, at: number): void {
      const properties = {
        messageId: id,
        type,
        contentType: 'application/json',
        headers,
        persistent: true,
        mandatory: true,
      }
      channel.publish(exchange, routingKey, Buffer.from(body), properties, (error) => confirmed(at, id, error))
    }

    const written = gatherWrites(channel)
    try {
      messages.forEach(publish)
    } finally {
      written()
    }
  })
}

/**
 * amqplib hands each message to the socket by itself, which is a system call each: the dearest part of a small message.
 * Until the returned function has been called, and what amqplib has put off till then is done, the socket gathers them.
 */
function gatherWrites({ connection }: ConfirmChannel): () => void {
  // Not among its types; without it the messages leave one by one, as ever.
  const { stream } = connection as { readonly stream?: Socket }
  stream?.cork()
  return () => process.nextTick(() => setImmediate(() => stream?.uncork()))
}

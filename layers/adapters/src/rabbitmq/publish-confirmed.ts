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
 * Publishes persistent, mandatory messages, and resolves when the broker has confirmed or refused each of them. If the
 * channel closes first, messages without a confirm count as refused, although the broker may have them. Make one call
 * at a time on a channel.
 */
export function publishConfirmed(
  channel: ConfirmChannel,
  { exchange, routingKey, type }: PublishRoute,
  messages: readonly OutgoingMessage[],
): Promise<readonly Refusal[]> {
  return new Promise((resolve) => {
    const refusals: Refusal[] = Array.from(messages, () => undefined)
    /** The ids of unroutable messages. The broker returns them before it confirms them. */
    const returned = new Set<string>()
    const onReturn = ({ properties }: Message) => returned.add(String(properties.messageId))
    let unconfirmed = messages.length
    /** Why the broker closed the channel. amqplib reports it before it fails the messages without a confirm. */
    let closedBecause: Error | undefined
    const onError = (error: Error) => {
      closedBecause = error
    }
    channel.on('return', onReturn)
    channel.on('error', onError)

    function onConfirm(index: number, id: string, error: unknown): void {
      if (error) refusals[index] = closedBecause ?? (error instanceof Error ? error : new Error(String(error)))
      else if (returned.has(id)) refusals[index] = new Error(`no queue is bound to ${exchange} with ${routingKey}`)
      unconfirmed -= 1
      if (unconfirmed > 0) return
      channel.off('return', onReturn)
      channel.off('error', onError)
      resolve(refusals)
    }

    function publish({ id, body, headers }: OutgoingMessage, index: number): void {
      const properties = {
        messageId: id,
        type,
        contentType: 'application/json',
        headers,
        persistent: true,
        mandatory: true,
      }
      channel.publish(exchange, routingKey, Buffer.from(body), properties, (error) => onConfirm(index, id, error))
    }

    const sendAll = gatherWrites(channel)
    try {
      messages.forEach(publish)
    } finally {
      sendAll()
    }
  })
}

/**
 * amqplib writes each message to the socket separately. The system call for it is the most expensive part of a small
 * message. So the socket buffers all writes until the returned function is called, and the writes that amqplib has
 * deferred are done.
 */
function gatherWrites({ connection }: ConfirmChannel): () => void {
  // The types do not have the stream. Without it, each message is written separately.
  const { stream } = connection as { readonly stream?: Socket }
  stream?.cork()
  return () => process.nextTick(() => setImmediate(() => stream?.uncork()))
}

import { EventEmitter } from 'node:events'
import { type OutgoingMessage, UnavailableError } from '@ecommerce/domain'
import type { ConfirmChannel } from 'amqplib'
import { describe, expect, it } from 'vitest'
import type { WatchedChannel } from './confirm-channels'
import { type ChannelPool, publishBatch } from './publish-batch'

const ROUTE = { exchange: 'orders', routingKey: 'order.placed', type: 'order_placed' }
const MESSAGES: readonly OutgoingMessage[] = ['a', 'b'].map((id) => ({ id, key: '', body: '{}', headers: {} }))

/** Errors as amqplib reports them: its own class, with a code of the protocol, or of Node. */
function amqpError(message: string, properties: { readonly code?: number | string; readonly name?: string } = {}) {
  return Object.assign(new Error(message), properties)
}
const closedByServer = (code: number, text: string) =>
  amqpError(`Channel closed by server: ${code} (${text})`, { code })
const illegal = (message: string) => amqpError(message, { name: 'IllegalOperationError' })

const ERRORS: readonly Error[] = [
  illegal('Connection closed (Error: Unexpected close)'),
  illegal('Connection closing'),
  illegal('Channel closed'),
  illegal('Channel closing'),
  amqpError('Channel ended, no reply will be forthcoming'),
  amqpError('No channels left to allocate'),
  closedByServer(404, 'NOT-FOUND) with message "NOT_FOUND - no exchange'),
  closedByServer(406, 'PRECONDITION-FAILED) with message "message size 20 is larger than configured max size 10'),
  closedByServer(403, 'ACCESS-REFUSED'),
  closedByServer(405, 'RESOURCE-LOCKED'),
  closedByServer(541, 'INTERNAL-ERROR'),
  amqpError('Handshake terminated by server: 403 (ACCESS-REFUSED)'),
  amqpError('Connection closed: 320 (CONNECTION-FORCED)', { code: 320 }),
  amqpError('Flow not implemented', { code: 540 }),
  amqpError('Frame size exceeds frame max', { code: 501 }),
  amqpError('Heartbeat timeout'),
  amqpError('connect ECONNREFUSED 127.0.0.1:5672', { code: 'ECONNREFUSED' }),
  amqpError('read ECONNRESET', { code: 'ECONNRESET' }),
  amqpError('getaddrinfo ENOTFOUND rabbitmq', { code: 'ENOTFOUND' }),
  amqpError('certificate has expired', { code: 'CERT_HAS_EXPIRED' }),
  // amqplib runs into these when a connection ends at an unexpected moment.
  new TypeError("Cannot read properties of null (reading 'buffer')"),
]

type Publish = (onConfirm: (error: unknown) => void) => void

/** A pool with one channel, whose publishes behave as the test says. */
function poolOf(publish: Publish, next?: () => Promise<never>) {
  const channel = Object.assign(new EventEmitter(), {
    connection: {},
    publish: (_exchange: string, _key: string, _body: Buffer, _properties: object, onConfirm: (e: unknown) => void) =>
      publish(onConfirm),
  })
  // The parts of a channel that a publish uses.
  const watched = {
    channel: channel as unknown as ConfirmChannel,
    silence: { during: <Result>(work: Promise<Result>) => work } as WatchedChannel['silence'],
  }
  const discarded: WatchedChannel[] = []
  const pool: ChannelPool = { next: next ?? (async () => watched), discard: (each) => void discarded.push(each) }
  return { pool, channel, discarded }
}

describe('a batch', () => {
  it('resolves without refusals when the broker confirms every message', async () => {
    const { pool } = poolOf((onConfirm) => onConfirm(null))

    expect(await publishBatch(pool, ROUTE, MESSAGES, 1_000)).toEqual([undefined, undefined])
  })

  it.each(ERRORS)('is unavailable when no channel opens: %s', async (error) => {
    const { pool } = poolOf(
      () => undefined,
      () => Promise.reject(error),
    )

    const published = publishBatch(pool, ROUTE, MESSAGES, 1_000)

    await expect(published).rejects.toThrow(UnavailableError)
    await expect(published).rejects.toHaveProperty('cause', error)
  })

  it.each(ERRORS)('is unavailable when the channel refuses to send, and the channel is replaced: %s', async (error) => {
    const { pool, discarded } = poolOf(() => {
      throw error
    })

    await expect(publishBatch(pool, ROUTE, MESSAGES, 1_000)).rejects.toThrow(UnavailableError)

    expect(discarded).toHaveLength(1)
  })

  it('refuses the messages without a confirm with the reason of the broker when the broker closes the channel', async () => {
    const reason = closedByServer(404, 'NOT-FOUND')
    const confirms: ((error: unknown) => void)[] = []
    const { pool, channel } = poolOf((onConfirm) => void confirms.push(onConfirm))

    const published = publishBatch(pool, ROUTE, MESSAGES, 1_000)
    await expect.poll(() => confirms).toHaveLength(2)
    confirms[0]?.(null)
    channel.emit('error', reason)
    confirms[1]?.(new Error('channel closed'))

    expect(await published).toEqual([undefined, reason])
  })

  it('is unavailable after its time, and the channel is replaced', async () => {
    const { pool, discarded } = poolOf(() => undefined)

    await expect(publishBatch(pool, ROUTE, MESSAGES, 20)).rejects.toThrow(UnavailableError)

    expect(discarded).toHaveLength(1)
  })
})

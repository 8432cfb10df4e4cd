import type { Worker } from 'node:cluster'

interface Connection {
  close(): void
}

/**
 * Closes a connection that was sent to a worker which died before it accepted the connection. node:cluster waits
 * forever for the reply of the worker and keeps the connection open, so the client would hang until its timeout. The
 * messages are those of `RoundRobinHandle.handoff` in Node's lib/internal/cluster. If Node changes them, this function
 * has no effect.
 */
export function closeConnectionLostBy(worker: Worker): void {
  const sent = new Map<unknown, Connection>()
  const child = worker.process
  const { send } = child
  child.send = (...args: unknown[]): boolean => {
    const [message, connection] = args as [{ act?: unknown; seq?: unknown }, Connection | undefined]
    if (message.act === 'newconn' && connection) sent.set(message.seq, connection)
    return Reflect.apply(send, child, args)
  }
  child.on('internalMessage', ({ ack }: { ack?: unknown }) => sent.delete(ack))
  child.once('exit', () => {
    for (const connection of sent.values()) connection.close()
  })
}

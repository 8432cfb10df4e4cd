import type { Worker } from 'node:cluster'

interface Connection {
  close(): void
}

/**
 * Closes the connection that the worker has been handed and has not taken when it dies: node:cluster waits for its
 * answer without end, holds the connection open, and the client hangs until its own time is over. The messages are
 * those of `RoundRobinHandle.handoff` in Node's lib/internal/cluster; where they are others, nothing is done.
 */
export function closeConnectionLostBy(worker: Worker): void {
  const handed = new Map<unknown, Connection>()
  const child = worker.process
  const { send } = child
  child.send = (...args: unknown[]): boolean => {
    const [message, connection] = args as [{ act?: unknown; seq?: unknown }, Connection | undefined]
    if (message.act === 'newconn' && connection) handed.set(message.seq, connection)
    return Reflect.apply(send, child, args)
  }
  child.on('internalMessage', ({ ack }: { ack?: unknown }) => handed.delete(ack))
  child.once('exit', () => {
    for (const connection of handed.values()) connection.close()
  })
}

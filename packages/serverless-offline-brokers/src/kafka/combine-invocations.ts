import type { KafkaEvent } from '../event/kafka-event'
import { PAYLOAD_LIMIT_BYTES } from '../event/payload-size'
import { type Invoke, NotInvokedError } from '../event-source-mapping'

interface Waiting {
  readonly functionKey: string
  readonly event: KafkaEvent
  readonly count: number
  readonly bytes: number
  readonly stopped: AbortSignal | undefined
  resolve(response: unknown): void
  reject(error: unknown): void
}

/**
 * Combines the batches of several partitions into one event, as AWS may do. Handlers that read only the first list of
 * records lose records with it, here and on AWS. One invocation at a time: batches that come meanwhile share the next one.
 */
export function combineInvocations(invoke: Invoke, batchSize: number): Invoke {
  const waiting: Waiting[] = []
  let isRunning = false

  async function run(): Promise<void> {
    isRunning = true
    // Batches of other partitions that are due in the same moment can still join.
    await new Promise(setImmediate)
    while (waiting.length > 0) {
      rejectStopped(waiting)
      await invokeTogether(takeFitting(waiting, batchSize))
    }
    isRunning = false
  }

  async function invokeTogether(batches: readonly Waiting[]): Promise<void> {
    const [first] = batches
    if (first === undefined) return
    const event = { ...first.event, records: Object.assign({}, ...batches.map((batch) => batch.event.records)) }
    const identifiers = new Map(batches.map((batch) => [batch, identifiersOf(batch.event)]))
    const all = new Set([...identifiers.values()].flatMap((own) => [...own]))
    const { signal, release } = whenAllStopped(batches)
    try {
      const response = await invoke(first.functionKey, event, signal)
      for (const [batch, own] of identifiers) batch.resolve(partOf(response, own, all))
    } catch (error) {
      for (const batch of batches) batch.reject(error)
    } finally {
      release()
    }
  }

  return (functionKey, event, stopped) =>
    new Promise((resolve, reject) => {
      const { records } = event as KafkaEvent
      const count = Object.values(records).flat().length
      // With the envelope, which is counted once too often for each batch but the first.
      const bytes = Buffer.byteLength(JSON.stringify(event))
      waiting.push({ functionKey, event: event as KafkaEvent, count, bytes, stopped, resolve, reject })
      if (!isRunning) void run()
    })
}

/** A stopped poller starts no further try. */
function rejectStopped(waiting: Waiting[]): void {
  for (const batch of waiting.filter(({ stopped }) => stopped?.aborted)) {
    waiting.splice(waiting.indexOf(batch), 1)
    batch.reject(new NotInvokedError(batch.functionKey))
  }
}

/** The signal is aborted when all of the batches are stopped. */
function whenAllStopped(batches: readonly Waiting[]): { readonly signal: AbortSignal; release(): void } {
  const all = new AbortController()
  const check = () => {
    if (batches.every(({ stopped }) => stopped?.aborted)) all.abort()
  }
  for (const { stopped } of batches) stopped?.addEventListener('abort', check)
  return {
    signal: all.signal,
    release() {
      for (const { stopped } of batches) stopped?.removeEventListener('abort', check)
    },
  }
}

/** Removes and returns the first batch, and all others that fit into the same event. */
function takeFitting(waiting: Waiting[], batchSize: number): readonly Waiting[] {
  const taken: Waiting[] = []
  let count = 0
  let bytes = 0
  for (const batch of [...waiting]) {
    const isTooMuch = count + batch.count > batchSize || bytes + batch.bytes > PAYLOAD_LIMIT_BYTES
    const overlaps = taken.some(({ event }) => sharesList(event, batch.event))
    if (taken.length > 0 && (isTooMuch || overlaps)) continue
    taken.push(batch)
    count += batch.count
    bytes += batch.bytes
    waiting.splice(waiting.indexOf(batch), 1)
  }
  return taken
}

function sharesList(one: KafkaEvent, other: KafkaEvent): boolean {
  return Object.keys(one.records).some((list) => Object.hasOwn(other.records, list))
}

/**
 * The response as it concerns one of the batches. Failed items of the other batches are left out, except when an item is of
 * none of them: then all batches have failed, as on AWS.
 */
function partOf(response: unknown, own: ReadonlySet<string>, all: ReadonlySet<string>): unknown {
  const items = failedItems(response)
  if (items === undefined || items.some((item) => !all.has(identifierOf(item)))) return response
  return { batchItemFailures: items.filter((item) => own.has(identifierOf(item))) }
}

function failedItems(response: unknown): readonly unknown[] | undefined {
  if (typeof response !== 'object' || response === null || !('batchItemFailures' in response)) return undefined
  return Array.isArray(response.batchItemFailures) ? response.batchItemFailures : undefined
}

function identifiersOf({ records }: KafkaEvent): Set<string> {
  const ids = Object.entries(records).flatMap(([partition, list]) => list.map(({ offset }) => ({ partition, offset })))
  return new Set(ids.map((itemIdentifier) => identifierOf({ itemIdentifier })))
}

function identifierOf(item: unknown): string {
  const { itemIdentifier } = (item ?? {}) as { itemIdentifier?: { partition?: unknown; offset?: unknown } | null }
  return JSON.stringify([itemIdentifier?.partition, itemIdentifier?.offset])
}

import { setTimeout as delay } from 'node:timers/promises'
import type { AsyncChannel } from '@ecommerce/domain'

/** The state of an event source at the state endpoint, with the members that the benchmarks read. */
export interface EventSourceState {
  readonly name: string
  readonly status: string
  readonly batches: number
  readonly records: number
  readonly inFlightRecords: number
  readonly failures: number
}

const POLL_INTERVAL_MS = 20

/** Waits until the state of an event source fulfils the condition. */
export async function untilEventSource(
  port: number,
  kind: AsyncChannel,
  condition: (state: EventSourceState) => boolean,
  withinMs = 120_000,
): Promise<EventSourceState> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const state = await readState(port, kind)
    if (condition(state)) return state
    if (performance.now() > deadline)
      throw new Error(`the condition did not hold within ${withinMs} ms: ${JSON.stringify(state)}`)
    await delay(POLL_INTERVAL_MS)
  }
}

/** Whether the function has returned for this many records. */
export function hasDelivered(records: number): (state: EventSourceState) => boolean {
  return (state) => state.records - state.inFlightRecords >= records
}

async function readState(port: number, kind: AsyncChannel): Promise<EventSourceState> {
  const response = await fetch(`http://127.0.0.1:${port}/`)
  const { mappings } = (await response.json()) as { mappings: EventSourceState[] }
  const state = mappings.find(({ name }) => name.includes(`:${kind}:`))
  if (!state) throw new Error(`there is no event source for ${kind}`)
  return state
}

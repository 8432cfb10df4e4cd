import { setTimeout as delay } from 'node:timers/promises'
import type { AsyncChannel } from '@ecommerce/domain'

/** What the state endpoint of the event sources tells of one of them, as far as the benchmarks ask. */
export interface EventSourceState {
  readonly name: string
  readonly status: string
  readonly batches: number
  readonly records: number
  readonly inFlightRecords: number
  readonly failures: number
}

const ASK_EVERY_MS = 20

/** Waits until an event source has done with so many records, or with whatever else the condition says. */
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
    if (performance.now() > deadline) throw new Error(`in vain for ${withinMs} ms: ${JSON.stringify(state)}`)
    await delay(ASK_EVERY_MS)
  }
}

/** All of them given to the function, and none of them still with it. */
export function hasDelivered(records: number): (state: EventSourceState) => boolean {
  return (state) => state.records - state.inFlightRecords >= records
}

async function readState(port: number, kind: AsyncChannel): Promise<EventSourceState> {
  const response = await fetch(`http://127.0.0.1:${port}/`)
  const { mappings } = (await response.json()) as { mappings: EventSourceState[] }
  const state = mappings.find(({ name }) => name.includes(`:${kind}:`))
  if (!state) throw new Error(`there is no event source of ${kind}`)
  return state
}

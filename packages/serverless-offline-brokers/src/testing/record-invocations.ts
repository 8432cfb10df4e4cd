import { createDeferred } from '../deferred'
import type { Invoke } from '../event-source-mapping'

/** A function that records its invocations and responds as the test wants. */
export interface RecordedInvocations {
  readonly invoke: Invoke
  /** The bodies of each invocation, in order. */
  readonly batches: string[][]
  /** All bodies in order of delivery, including repeated deliveries. */
  bodies(): string[]
}

export type Respond = (bodies: readonly string[], invocation: number, event: unknown) => unknown

export function recordInvocations(
  bodiesOf: (event: unknown) => string[],
  respond: Respond = () => undefined,
): RecordedInvocations {
  const batches: string[][] = []
  return {
    batches,
    bodies: () => batches.flat(),
    async invoke(_functionKey, event) {
      const bodies = bodiesOf(event)
      batches.push(bodies)
      return respond(bodies, batches.length, event)
    },
  }
}

/** A gate that functions wait for until the test opens it. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = createDeferred()
  return { opened: promise, open: resolve }
}

import type { Invoke } from '../event-source-mapping'

/** A function that remembers what it was called with, and answers as told. */
export interface RecordedInvocations {
  readonly invoke: Invoke
  /** The bodies of each invocation, from the first. */
  readonly batches: string[][]
  /** All bodies, in the order of delivery, repeated when delivered again. */
  bodies(): string[]
}

export type Answer = (bodies: readonly string[], invocation: number, event: unknown) => unknown

export function recordInvocations(
  bodiesOf: (event: unknown) => string[],
  answer: Answer = () => undefined,
): RecordedInvocations {
  const batches: string[][] = []
  return {
    batches,
    bodies: () => batches.flat(),
    async invoke(_functionKey, event) {
      const bodies = bodiesOf(event)
      batches.push(bodies)
      return answer(bodies, batches.length, event)
    },
  }
}

/** A promise that somebody else resolves. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

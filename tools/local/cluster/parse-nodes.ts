import { UsageError } from '../../usage-error'

/** Two nodes cannot decide which of them continues without the other, so a cluster has an odd number of nodes. */
export const NODES = [1, 3, 5] as const

/** The value of `--nodes`. @throws {UsageError} */
export function parseNodes(value: string | undefined, usage: string): number | undefined {
  if (value === undefined) return undefined
  const nodes = NODES.find((allowed) => String(allowed) === value)
  if (nodes === undefined) {
    throw new UsageError(`--nodes is one of ${NODES.join(', ')}: a majority needs an odd number`, usage)
  }
  return nodes
}

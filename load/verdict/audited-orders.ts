import { formatCount, plural } from '@ecommerce/look/format'
import type { Results } from '../results'

/**
 * Explains in one sentence why the audit has more orders than the figures; undefined if it has not. Orders of a
 * warm-up, and orders of a search at other rates, are audited but not measured.
 */
export function auditedOrders({ channels, steps, reconciliation }: Results): string | undefined {
  const audited = acceptedOf(reconciliation.orders)
  const inSteps = acceptedOf(steps.map(({ requests }) => requests))
  const measured = acceptedOf(channels.map(({ requests }) => requests))
  const [warmUp, otherRates] = [audited - inSteps, inSteps - measured]
  const uncounted = [
    ...(warmUp > 0 ? [`${formatCount(warmUp)} ${warmUp === 1 ? 'belongs' : 'belong'} to the warm-up`] : []),
    ...(otherRates > 0 ? [`${formatCount(otherRates)} to other rates of the search`] : []),
  ]
  if (audited === 0 || uncounted.length === 0) return undefined
  const figures = `${formatCount(measured)} ${measured === 1 ? 'is' : 'are'} measured here`
  return `Of the ${plural(audited, 'audited order')}, ${[figures, ...uncounted].join(', ')}.`
}

function acceptedOf(all: readonly { readonly accepted: number }[]): number {
  return all.reduce((sum, { accepted }) => sum + accepted, 0)
}

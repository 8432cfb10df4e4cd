import { formatCount } from '../look/format'
import type { Results } from '../results'

/**
 * Why the audit has more orders than the figures: one sentence, and none where both have the same. What was accepted in a
 * warm-up, or by a search at another rate than that of its figures, is audited and not measured.
 */
export function auditedOrders({ channels, steps, reconciliation }: Results): string | undefined {
  const audited = acceptedOf(reconciliation.orders)
  const inSteps = acceptedOf(steps.map(({ requests }) => requests))
  const measured = acceptedOf(channels.map(({ requests }) => requests))
  const [warmUp, otherRates] = [audited - inSteps, inSteps - measured]
  const uncounted = [
    ...(warmUp > 0 ? [`${formatCount(warmUp)} belong to the warm-up`] : []),
    ...(otherRates > 0 ? [`${formatCount(otherRates)} to other rates that were tried`] : []),
  ]
  if (audited === 0 || uncounted.length === 0) return undefined
  return `Of the ${formatCount(audited)} accepted orders that were audited, ${[`${formatCount(measured)} are measured here`, ...uncounted].join(', ')}.`
}

function acceptedOf(all: readonly { readonly accepted: number }[]): number {
  return all.reduce((sum, { accepted }) => sum + accepted, 0)
}

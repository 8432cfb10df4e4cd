import { formatCount, formatLatency, formatShare, plural } from '@ecommerce/look/format'
import { VALIDITY_LIMITS } from '../generator/health'
import type { Finding, Reconciliation, StepResult, Verdict } from '../results'
import { headlineOf, type MeasuredRun } from './headline'
import { checkObjectives } from './objectives'

export function verdictOf(run: MeasuredRun): Verdict {
  const findings = [
    ...reconciliationFindings(run.reconciliation),
    ...completeness(run),
    ...generatorHealth(run.steps),
    ...run.channels.flatMap((channel) => checkObjectives(channel, run.objectives)),
  ]
  const status = statusOf(findings)
  return { status, headline: headlineOf(status, findings, run), findings }
}

function statusOf(findings: readonly Finding[]): Verdict['status'] {
  const isMissed = (gate: Finding['gate']) => findings.some((finding) => finding.gate === gate && !finding.holds)
  if (isMissed('reconciliation')) return 'FAIL'
  if (isMissed('validity')) return 'INVALID'
  return isMissed('objective') ? 'FAIL' : 'PASS'
}

/** A failed audit proves no loss. The run then says nothing, so the finding belongs to its validity. */
function reconciliationFindings({ orders, products, discrepancies, notAudited }: Reconciliation): Finding[] {
  if (notAudited !== undefined) return [{ gate: 'validity', name: 'audit', holds: false, detail: notAudited }]
  const sum = (member: 'accepted' | 'confirmed' | 'rejected' | 'deadLettered' | 'missing' | 'doubled') =>
    formatCount(orders.reduce((total, balance) => total + balance[member], 0))
  const balanced = products.filter(({ holds }) => holds).length
  const areOrdersRight = discrepancies.every((discrepancy) => discrepancy.startsWith('product'))
  return [
    {
      gate: 'reconciliation',
      name: 'orders',
      holds: areOrdersRight,
      detail: `${sum('accepted')} accepted: ${sum('confirmed')} confirmed, ${sum('rejected')} rejected, ${sum('deadLettered')} dead-lettered, ${sum('missing')} missing, ${sum('doubled')} doubled`,
    },
    {
      gate: 'reconciliation',
      name: 'stock',
      holds: balanced === products.length,
      detail: `initial = on hand + sold for ${formatCount(balanced)} of ${plural(products.length, 'product')}`,
    },
  ]
}

function completeness({ ending, reason = 'the run was not completed' }: MeasuredRun): Finding[] {
  return ending === 'complete' ? [] : [{ gate: 'validity', name: 'complete', holds: false, detail: reason }]
}

function generatorHealth(steps: readonly StepResult[]): Finding[] {
  const invalid = steps.filter(({ generator }) => !generator.isValid)
  if (invalid.length > 0) {
    return invalid.map(({ name, generator }) => ({
      gate: 'validity' as const,
      name: `generator, ${name}`,
      holds: false,
      detail: generator.reason ?? 'the generator could not keep up',
    }))
  }
  if (steps.length === 0) return []
  const worst = (figure: 'sendDelayP99Ms' | 'droppedShare') =>
    Math.max(...steps.map(({ generator }) => generator[figure]))
  const { sendDelayP99Ms, droppedShare } = VALIDITY_LIMITS
  const delay = `send delay p99 at most ${formatLatency(worst('sendDelayP99Ms'))} (limit: ${formatLatency(sendDelayP99Ms)})`
  const dropped = worst('droppedShare')
  const detail =
    dropped === 0
      ? `${delay}, no request dropped`
      : `${delay}, at most ${formatShare(dropped)} of the requests dropped (limit: ${formatShare(droppedShare)})`
  return [{ gate: 'validity', name: 'generator', holds: true, detail }]
}

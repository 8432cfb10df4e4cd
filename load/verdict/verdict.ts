import { formatCount, milliseconds, percent } from '../look/format'
import type { Finding, Reconciliation, StepResult, Verdict } from '../results'
import { headlineOf, type Judged } from './headline'
import { meets } from './objectives'

export function judge(judged: Judged): Verdict {
  const findings = [
    ...audit(judged.reconciliation),
    ...completeness(judged),
    ...generatorHealth(judged.steps),
    ...judged.channels.flatMap((channel) => meets(channel, judged.objectives)),
  ]
  const misses = (gate: Finding['gate']) => findings.some((finding) => finding.gate === gate && !finding.holds)
  const status = misses('reconciliation')
    ? 'FAIL'
    : misses('validity')
      ? 'INVALID'
      : misses('objective')
        ? 'FAIL'
        : 'PASS'
  return { status, headline: headlineOf(status, findings, judged), findings }
}

/** Books that could not be read prove no loss: then the run says nothing, which is a matter of validity. */
function audit({ orders, products, complaints, notAudited }: Reconciliation): Finding[] {
  if (notAudited !== undefined) return [{ gate: 'validity', name: 'audit', holds: false, detail: notAudited }]
  const sum = (member: 'accepted' | 'confirmed' | 'rejected' | 'deadLettered' | 'missing' | 'doubled') =>
    formatCount(orders.reduce((total, books) => total + books[member], 0))
  const even = products.filter(({ holds }) => holds).length
  const areOrdersRight = complaints.every((complaint) => complaint.startsWith('product'))
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
      holds: even === products.length,
      detail: `initial = on hand + sold for ${formatCount(even)} of ${formatCount(products.length)} products`,
    },
  ]
}

function completeness({ ending, reason = 'the run did not end' }: Judged): Finding[] {
  return ending === 'complete' ? [] : [{ gate: 'validity', name: 'complete', holds: false, detail: reason }]
}

function generatorHealth(steps: readonly StepResult[]): Finding[] {
  const invalid = steps.filter(({ generator }) => !generator.isValid)
  if (invalid.length > 0) {
    return invalid.map(({ name, generator }) => ({
      gate: 'validity' as const,
      name: `generator, ${name}`,
      holds: false,
      detail: generator.reason ?? 'it could not keep up',
    }))
  }
  if (steps.length === 0) return []
  const worst = (figure: 'latenessP99Ms' | 'droppedShare') =>
    Math.max(...steps.map(({ generator }) => generator[figure]))
  const detail = `lateness p99 ${milliseconds(worst('latenessP99Ms'))} at worst, ${percent(worst('droppedShare'))} dropped`
  return [{ gate: 'validity', name: 'generator', holds: true, detail }]
}

import axe from 'axe-core'
import type { Page } from 'playwright-core'

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
}

/** The serious and critical findings of axe on a page, each with its first element. An empty list is a pass. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(`${axe.source}; 0`)
  const violations = await page.evaluate<readonly Violation[]>(`axe.run().then(({ violations }) => violations)`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(' ')}: ${nodes[0]?.failureSummary}`)
}

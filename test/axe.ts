import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const SCRIPT = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** A long page has thousands of cells, and the tests of other workers keep the machine busy. */
export const AXE_TIMEOUT_MS = 240_000

/**
 * The windows in which a page is tested. axe examines each width and each color scheme, but not each pair: it takes most of
 * the time of these tests, and the color scheme changes only colors.
 */
export const WINDOWS = [
  { width: 360, colorScheme: 'light', isExamined: true },
  { width: 360, colorScheme: 'dark', isExamined: false },
  { width: 768, colorScheme: 'light', isExamined: false },
  { width: 768, colorScheme: 'dark', isExamined: true },
  { width: 1280, colorScheme: 'dark', isExamined: false },
  { width: 1280, colorScheme: 'light', isExamined: true },
] as const

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string | null
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[]
  }[]
}

/** The serious and critical findings of axe, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Evaluated and not added as an element, which the content security policy of the page would forbid.
  await page.evaluate(await readFile(SCRIPT, 'utf8'))
  // Without this option, axe spends more than half of its time on describing the elements that pass.
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ['violations'] })`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
    )
}

import { EXIT_CODES } from '../exit-codes'
import { table } from '../output/summary-text'
import type { Comparison, Figure } from './compare-results'
import { compareResults, reasonsNotToCompare } from './compare-results'
import { readResults } from './read-results'

/**
 * Prints the differences between two runs.
 * @returns the exit code
 * @throws {ResultsFileError}
 */
export async function compareFiles(before: string, after: string): Promise<number> {
  const [first, second] = [await readResults(before), await readResults(after)]
  const comparisons = compareResults(first, second)
  const obstacles = reasonsNotToCompare(first, second)
  console.log([`before  ${before}`, `after   ${after}`, '', ...table(comparisons.map(rowOf)), ''].join('\n'))
  if (obstacles.length > 0 || comparisons.length === 0) {
    console.log(
      ['Not comparable:', ...(obstacles.length > 0 ? obstacles : ['the runs have no channel in common'])].join('\n  '),
    )
    return EXIT_CODES.invalid.code
  }
  const regressions = comparisons.filter(({ change }) => change === 'regression')
  console.log(verdictOf(comparisons, regressions))
  return regressions.length > 0 ? EXIT_CODES.fail.code : EXIT_CODES.pass.code
}

function verdictOf(comparisons: readonly Comparison[], regressions: readonly Comparison[]): string {
  if (regressions.length > 0) {
    return `REGRESSION  ${regressions.map(({ channel, metric }) => `${channel} ${metric}`).join(', ')}`
  }
  if (comparisons.some(({ change }) => change === 'unknown')) {
    return 'UNKNOWN  with fewer than three repetitions, nobody knows how much the figures vary from run to run'
  }
  return 'NO REGRESSION  no figure is worse by more than its variation'
}

function rowOf({ channel, metric, unit, before, after, change }: Comparison): Readonly<Record<string, string>> {
  const ratio =
    before.median === 0
      ? ''
      : `${after.median >= before.median ? '+' : ''}${((after.median / before.median - 1) * 100).toFixed(0)} %`
  return {
    channel,
    figure: `${metric}, ${unit}`,
    before: show(before),
    after: show(after),
    change: ratio,
    verdict: change,
  }
}

function show({ median, range: [lowest, highest] }: Figure): string {
  const digits = median >= 100 ? 0 : 1
  return `${median.toFixed(digits)} (${lowest.toFixed(digits)} to ${highest.toFixed(digits)})`
}

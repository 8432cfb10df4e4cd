import { formatChange, formatMs, formatRate, UNKNOWN } from '@ecommerce/look/format'
import { EXIT_CODES } from '../exit-codes'
import { table } from '../output/summary-text'
import type { Comparison, Figure } from './compare-results'
import { compareResults, reasonsNotToCompare } from './compare-results'
import { assertDifferent, readResults } from './read-results'

/**
 * Prints the differences between two runs.
 * @returns the exit code
 * @throws {ResultsFileError}
 */
export async function compareFiles(before: string, after: string): Promise<number> {
  await assertDifferent(before, after)
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
  if (regressions.length > 0) {
    console.log(`REGRESSION  ${regressions.map(nameOf).join(', ')}`)
    return EXIT_CODES.fail.code
  }
  const unknown = comparisons.filter(({ change }) => change === 'unknown')
  if (unknown.length > 0) {
    console.log(`UNKNOWN  ${reasonForUnknown(unknown)}`)
    return EXIT_CODES.invalid.code
  }
  console.log('NO REGRESSION  no figure is worse by more than its variation')
  return EXIT_CODES.pass.code
}

function nameOf({ channel, metric }: Comparison): string {
  return `${channel} ${metric}`
}

function reasonForUnknown(unknown: readonly Comparison[]): string {
  const unmeasured = unknown.filter(({ before, after }) => before === undefined || after === undefined)
  return unmeasured.length > 0
    ? `not measured in both runs: ${unmeasured.map(nameOf).join(', ')}`
    : 'fewer than three repetitions do not show how much the figures vary from run to run'
}

function rowOf({ channel, metric, unit, before, after, change }: Comparison): Readonly<Record<string, string>> {
  // The change of 0 to anything has no percentage.
  const ratio = before && after && before.median > 0 ? after.median / before.median - 1 : undefined
  return {
    channel,
    figure: `${metric}, ${unit}`,
    before: show(before, unit),
    after: show(after, unit),
    change: formatChange(ratio),
    verdict: change,
  }
}

function show(figure: Figure | undefined, unit: Comparison['unit']): string {
  if (figure === undefined) return UNKNOWN
  const format = unit === 'ms' ? formatMs : formatRate
  const [lowest, highest] = figure.range
  return `${format(figure.median)} (${format(lowest)} to ${format(highest)})`
}

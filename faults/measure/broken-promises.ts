import { channelName } from '@ecommerce/look/channels'
import { formatCount, formatDuration } from '@ecommerce/look/format'
import { causesText } from '../../load/verdict/causes-text'
import type { BoundFault } from '../catalogue/fault'
import type { CellResult, ChannelOutcome } from '../results'
import { LIMITS } from './limits'

type Judged = Omit<CellResult, 'broken'>
type Judging = Pick<BoundFault, 'allows' | 'gapLimitMs'>

/** The promises that a cell breaks, as sentences. */
export function brokenPromises(cell: Judged, fault: Judging): string[] {
  return [
    ...cell.channels.flatMap((channel) => brokenBy(channel, fault)),
    ...(cell.oversold > 0 ? [`${formatCount(cell.oversold)} products are oversold`] : []),
    ...(cell.stockAddsUp ? [] : ['the stock does not add up: initial = on hand + sold']),
    ...(cell.restartedBecause === undefined ? [] : [`the shop had to be restarted: ${cell.restartedBecause}`]),
  ]
}

function brokenBy(outcome: ChannelOutcome, { allows = [], gapLimitMs = Number.POSITIVE_INFINITY }: Judging): string[] {
  const { lost, doubled, longestResponseMs, longestGapMs, recoveryMs } = outcome
  const failures = failuresOf(outcome, allows)
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
  const broken = [
    ...(lost > 0 ? [`${formatCount(lost)} accepted orders are lost`] : []),
    ...(doubled > 0 ? [`${formatCount(doubled)} orders are doubled`] : []),
    ...(failed > 0 ? [`${formatCount(failed)} requests failed (${causesText(failures)})`] : []),
    ...(longestResponseMs > LIMITS.responseMs ? [`a response took ${formatDuration(longestResponseMs)}`] : []),
    ...(longestGapMs > gapLimitMs ? [`nothing was accepted for ${formatDuration(longestGapMs)}`] : []),
    ...(recoveryMs === undefined ? ['the channel did not recover'] : []),
    ...(recoveryMs !== undefined && recoveryMs > LIMITS.recoveryMs
      ? [`the recovery took ${formatDuration(recoveryMs)}`]
      : []),
  ]
  return broken.map((text) => `${channelName(outcome.channel)}: ${text}`)
}

/** The causes that count as a failure: every status except 2xx, 4xx and 503 with Retry-After, and no response. */
function failuresOf({ causes }: ChannelOutcome, allows: NonNullable<Judging['allows']>): Record<string, number> {
  const isFailure = (cause: string) => {
    if (cause === 'connection') return !allows.includes('no-connection')
    if (cause === '503 no-retry-after') return true
    return !/^(4\d\d|503)\b/.test(cause)
  }
  return Object.fromEntries(Object.entries(causes).filter(([cause]) => isFailure(cause)))
}

import type { Objectives } from '../command-line/options'
import { milliseconds, percent } from '../look/format'
import type { ChannelResult, Finding, Latency, StepResult } from '../results'

/** Holds what was measured, of a step or of all steps of a channel, against each objective there is. */
export function meets(
  { channel, latencies, requests }: Pick<StepResult | ChannelResult, 'channel' | 'latencies' | 'requests'>,
  objectives: Objectives,
): Finding[] {
  const findings: Finding[] = []
  const { responseP99Ms, committedP99Ms, failedShare } = objectives
  const addP99 = (name: string, { count, p99Ms }: Latency, mostMs: number) => {
    const measured = count === 0 ? 'nothing measured' : milliseconds(p99Ms)
    const detail = `${measured} of at most ${milliseconds(mostMs)}`
    // Of nothing, no percentile is short enough.
    const holds = count > 0 && p99Ms <= mostMs
    findings.push({ gate: 'objective', name: `${channel}: ${name}`, holds, detail })
  }
  if (responseP99Ms !== undefined) addP99('response p99', latencies.response, responseP99Ms)
  if (committedP99Ms !== undefined) addP99('committed p99', latencies.committed, committedP99Ms)
  if (failedShare !== undefined) {
    const share = requests.offered === 0 ? 0 : requests.failed / requests.offered
    findings.push({
      gate: 'objective',
      name: `${channel}: failed requests`,
      holds: share <= failedShare,
      detail: `${percent(share)} of at most ${percent(failedShare)}`,
    })
  }
  return findings
}

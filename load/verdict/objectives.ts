import { formatAgainst, formatLatency, formatShare } from '@ecommerce/look/format'
import type { Objectives } from '../command-line/options'
import type { ChannelResult, Finding, Latency, StepResult } from '../results'

/** The detail of a finding begins with it if there were no samples. */
export const NOT_MEASURED = 'not measured'

/** Checks the figures of a step, or of all steps of a channel, against each objective that is set. */
export function checkObjectives(
  { channel, latencies, requests }: Pick<StepResult | ChannelResult, 'channel' | 'latencies' | 'requests'>,
  objectives: Objectives,
): Finding[] {
  const findings: Finding[] = []
  const { responseP99Ms, commitP99Ms, failedShare } = objectives
  const add = (name: string, holds: boolean, measured: string, limit: string) => {
    const detail = `${measured} (objective: at most ${limit})`
    findings.push({ gate: 'objective', name: `${channel}: ${name}`, holds, detail })
  }
  const addP99 = (name: string, { count, p99Ms }: Latency, limitMs: number) => {
    // Without samples no latency objective is met.
    const isMet = count > 0 && p99Ms <= limitMs
    const measured = count === 0 ? NOT_MEASURED : formatAgainst(p99Ms, limitMs, formatLatency)
    add(name, isMet, measured, formatLatency(limitMs))
  }
  if (responseP99Ms !== undefined) addP99('response p99', latencies.response, responseP99Ms)
  if (commitP99Ms !== undefined) addP99('commit p99', latencies.commit, commitP99Ms)
  if (failedShare !== undefined) {
    const share = requests.failed / requests.offered
    const measured = requests.offered === 0 ? NOT_MEASURED : formatAgainst(share, failedShare, formatShare)
    add('failed requests', share <= failedShare, measured, formatShare(failedShare))
  }
  return findings
}

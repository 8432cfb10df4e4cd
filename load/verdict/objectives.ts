import { formatLatency, formatShare } from '@ecommerce/look/format'
import type { Objectives } from '../command-line/options'
import type { ChannelResult, Finding, Latency, StepResult } from '../results'

/** Checks the figures of a step, or of all steps of a channel, against each objective that is set. */
export function checkObjectives(
  { channel, latencies, requests }: Pick<StepResult | ChannelResult, 'channel' | 'latencies' | 'requests'>,
  objectives: Objectives,
): Finding[] {
  const findings: Finding[] = []
  const { responseP99Ms, committedP99Ms, failedShare } = objectives
  const add = (name: string, holds: boolean, measured: string, limit: string) => {
    const detail = `${measured} (objective: at most ${limit})`
    findings.push({ gate: 'objective', name: `${channel}: ${name}`, holds, detail })
  }
  const addP99 = (name: string, { count, p99Ms }: Latency, limitMs: number) => {
    // Without samples no latency objective is met.
    const isMet = count > 0 && p99Ms <= limitMs
    add(name, isMet, count === 0 ? 'not measured' : formatLatency(p99Ms), formatLatency(limitMs))
  }
  if (responseP99Ms !== undefined) addP99('response p99', latencies.response, responseP99Ms)
  if (committedP99Ms !== undefined) addP99('commit p99', latencies.committed, committedP99Ms)
  if (failedShare !== undefined) {
    const share = requests.offered === 0 ? 0 : requests.failed / requests.offered
    add('failed requests', share <= failedShare, formatShare(share), formatShare(failedShare))
  }
  return findings
}

import type { Channel, ChannelResult, StepResult } from '../results'
import { addCounts } from './count-requests'
import { median, rangeOf } from './quantile'
import { latenciesOf, othersOf, type StepSummary, stagesOf } from './summarize-step'

/** @param steps the repetitions of the channel, at least one */
export function summarizeChannel(channel: Channel, steps: readonly StepSummary[]): ChannelResult {
  const results = steps.map(({ result }) => result)
  const values = steps.map((step) => step.values)
  const others = othersOf(values)
  const medianOf = (figure: (step: StepResult) => number) => median(results.map(figure))
  const range = (figure: (step: StepResult) => number) => rangeOf(results.map(figure))
  return {
    channel,
    repetitions: steps.length,
    requests: addCounts(results.map(({ requests }) => requests)),
    rates: {
      offeredPerSecond: medianOf(({ rates }) => rates.offeredPerSecond),
      acceptedPerSecond: medianOf(({ rates }) => rates.acceptedPerSecond),
      committedPerSecond: medianOf(({ rates }) => rates.committedPerSecond),
    },
    latencies: latenciesOf(values),
    stages: stagesOf(values),
    ...(others !== undefined && { others }),
    drainMs: medianOf(({ drainMs }) => drainMs),
    maxBacklog: results.flatMap(({ series }) => series).reduce((most, { backlog }) => Math.max(most, backlog), 0),
    range: {
      responseP50Ms: range(({ latencies }) => latencies.response.p50Ms),
      responseP99Ms: range(({ latencies }) => latencies.response.p99Ms),
      commitP99Ms: range(({ latencies }) => latencies.commit.p99Ms),
      committedPerSecond: range(({ rates }) => rates.committedPerSecond),
    },
  }
}

import type { Config } from '@ecommerce/runtime/config'
import { benchAccepting } from './accepting'
import { withBenchDatabase } from './bench-database'
import { withBenchTopic } from './bench-topic'
import { benchDraining } from './draining'
import { benchEventSources } from './event-sources'
import { benchFunctionHost } from './function-host'
import { benchHttpOrders } from './http-orders'
import { benchLoadGenerator } from './load-generator'
import { benchMetrics } from './metrics'
import { benchOrderLatency } from './order-latency'
import { benchOutboxRelay } from './outbox-relay'
import { benchPlacement } from './placement'
import { type Finding, print } from './statistics'
import { benchTracing } from './tracing'

const REPETITIONS = 5
/** Metrics cost less than the machine varies by: only many pairs show it. */
const METRICS_PAIRS = 12
/** A backlog is long enough to be an average by itself. */
const DRAINS = 3

const BENCHMARKS: Readonly<Record<string, (config: Config) => Promise<Finding[]>>> = {
  placement: (config) => benchPlacement(config, REPETITIONS),
  outbox: (config) => benchOutboxRelay(config, REPETITIONS),
  http: (config) => benchHttpOrders(config, REPETITIONS),
  metrics: (config) => benchMetrics(config, METRICS_PAIRS),
  tracing: (config) => benchTracing(config, REPETITIONS),
  host: (config) => benchFunctionHost(config, REPETITIONS),
  brokers: async (config) => [
    ...(await benchAccepting(config, REPETITIONS)),
    ...(await benchOrderLatency(config, REPETITIONS)),
    ...(await benchDraining(config, DRAINS)),
  ],
  generator: () => benchLoadGenerator(REPETITIONS),
  'event-sources': (config) => benchEventSources(config, REPETITIONS),
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHMARKS)
const unknown = wanted.filter((name) => !(name in BENCHMARKS))
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}`)
  process.exit(1)
}

console.log('medians, with their spread; MySQL with its default durability')
const holds = await withBenchDatabase((own) =>
  withBenchTopic(own, async (config) => {
    const verdicts: boolean[] = []
    for (const name of wanted) {
      const findings = (await BENCHMARKS[name]?.(config)) ?? []
      verdicts.push(...findings.map(print))
    }
    return verdicts
  }),
)
process.exitCode = holds.every(Boolean) ? 0 : 1

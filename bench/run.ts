import type { Config } from '@ecommerce/runtime/config'
import { benchAccepting } from './accepting'
import { withBenchDatabase } from './bench-database'
import { withBenchTopic } from './bench-topic'
import { benchColdStart } from './cold-start'
import { benchDevLoop } from './dev-loop'
import { benchDraining } from './draining'
import { benchEventSources } from './event-sources'
import { benchFunctionHost } from './function-host'
import { benchHttpOrders } from './http-orders'
import { benchIdentity } from './identity'
import { benchLoadGenerator } from './load-generator'
import { benchMetrics } from './metrics'
import { benchOrderLatency } from './order-latency'
import { benchOutboxRelay } from './outbox-relay'
import { benchPlacement } from './placement'
import { type Finding, print } from './statistics'
import { benchTracing } from './tracing'

const REPETITIONS = 5
/** Metrics cost less than the noise of the machine, so only many pairs show the cost. */
const METRICS_PAIRS = 12
const IDENTITY_PAIRS = 4
/** Few repetitions, because a long backlog is already an average. */
const DRAINS = 3
/** A process start varies more than what a process does later. */
const COLD_STARTS = 15

/** Benchmarks that need no server. */
const ALONE: Readonly<Record<string, () => Promise<Finding[]>>> = {
  'cold-start': () => benchColdStart(COLD_STARTS),
}

const BENCHMARKS: Readonly<Record<string, (config: Config) => Promise<Finding[]>>> = {
  placement: (config) => benchPlacement(config, REPETITIONS),
  outbox: (config) => benchOutboxRelay(config, REPETITIONS),
  http: (config) => benchHttpOrders(config, REPETITIONS),
  metrics: (config) => benchMetrics(config, METRICS_PAIRS),
  identity: (config) => benchIdentity(config, IDENTITY_PAIRS),
  tracing: (config) => benchTracing(config, REPETITIONS),
  host: (config) => benchFunctionHost(config, REPETITIONS),
  brokers: async (config) => [
    ...(await benchAccepting(config, REPETITIONS)),
    ...(await benchOrderLatency(config, REPETITIONS)),
    ...(await benchDraining(config, DRAINS)),
  ],
  generator: () => benchLoadGenerator(REPETITIONS),
  dev: (config) => benchDevLoop(config, REPETITIONS),
  'event-sources': (config) => benchEventSources(config, REPETITIONS),
}

const names = [...Object.keys(ALONE), ...Object.keys(BENCHMARKS)]
const wanted = process.argv.length > 2 ? process.argv.slice(2) : names
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`unknown benchmark: ${unknown.join(', ')}. Available: ${names.join(', ')}`)
  process.exit(1)
}

console.log('median of the repetitions (smallest to largest); MySQL with its default durability')
const verdicts: boolean[] = []
for (const name of wanted.filter((name) => name in ALONE)) await run(ALONE[name])
const withServers = wanted.filter((name) => name in BENCHMARKS)
if (withServers.length > 0) {
  await withBenchDatabase((own) =>
    withBenchTopic(own, async (config) => {
      for (const name of withServers) await run(() => BENCHMARKS[name]?.(config) ?? Promise.resolve([]))
    }),
  )
}
process.exitCode = verdicts.every(Boolean) ? 0 : 1

async function run(bench: (() => Promise<Finding[]>) | undefined): Promise<void> {
  const findings = (await bench?.()) ?? []
  verdicts.push(...findings.map(print))
}

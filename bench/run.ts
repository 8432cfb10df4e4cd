import { withBenchDatabase } from './bench-database'
import { withBenchTopic } from './bench-topic'
import { benchHttpOrders } from './http-orders'
import { benchOutboxRelay } from './outbox-relay'
import { benchPlacement } from './placement'
import { print } from './statistics'

const REPETITIONS = 5

console.log(`medians of ${REPETITIONS}, with their spread; MySQL with its default durability`)
const findings = await withBenchDatabase((own) =>
  withBenchTopic(own, async (config) => [
    ...(await benchPlacement(config, REPETITIONS)),
    ...(await benchOutboxRelay(config, REPETITIONS)),
    ...(await benchHttpOrders(config, REPETITIONS)),
  ]),
)
const holds = findings.map(print)
process.exitCode = holds.every(Boolean) ? 0 : 1

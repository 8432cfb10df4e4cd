import { withBenchDatabase } from './bench-database'
import { benchHttpOrders } from './http-orders'
import { benchPlacement } from './placement'
import { print } from './statistics'

const REPETITIONS = 5

console.log(`medians of ${REPETITIONS}, with their spread; MySQL with its default durability`)
const findings = await withBenchDatabase(async (config) => [
  ...(await benchPlacement(config, REPETITIONS)),
  ...(await benchHttpOrders(config, REPETITIONS)),
])
const holds = findings.map(print)
process.exitCode = holds.every(Boolean) ? 0 : 1

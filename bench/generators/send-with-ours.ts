import { generate } from '../../load/generator/generate'
import { CONNECTIONS } from '../http-load'
import { MEASURED_MS, report, WARMUP_MS } from './measured'

const [url = ''] = process.argv.slice(2)

const { samples, health } = await generate(
  {
    url,
    pace: { loop: 'closed', clients: CONNECTIONS, durationMs: MEASURED_MS },
    warmupMs: WARMUP_MS,
    traffic: {
      channel: 'sync',
      kinds: [{ kind: 'order', weight: 1 }],
      products: [{ id: 1, weight: 1 }],
      userPrefix: 'bench',
      users: 100,
    },
    seed: 1,
    workers: 1,
    connections: CONNECTIONS,
    maxInFlight: CONNECTIONS,
    timeoutMs: 10_000,
  },
  { onProgress: () => undefined, signal: new AbortController().signal },
)
let requests = 0
for (const { dueUs, outcome, cause } of samples) {
  if (outcome !== 'accepted') throw new Error(`a request was ${outcome}: ${cause}`)
  if (dueUs >= 0) requests++
}
const cpuUs = (health.cpuPercent / 100) * MEASURED_MS * 1000
report({ requestsPerSecond: (requests / MEASURED_MS) * 1000, cpuUsPerRequest: cpuUs / requests })

import autocannon from 'autocannon'
import { CONNECTIONS, ORDER } from '../http-load'
import { MEASURED_MS, report, WARMUP_MS } from './measured'

const [url = ''] = process.argv.slice(2)

await send(WARMUP_MS)
const before = process.cpuUsage()
const { requests, duration, errors, non2xx } = await send(MEASURED_MS)
const { user, system } = process.cpuUsage(before)
if (errors + non2xx > 0) throw new Error(`${errors + non2xx} of ${requests.total} requests failed`)
report({ requestsPerSecond: requests.total / duration, cpuUsPerRequest: (user + system) / requests.total })

function send(durationMs: number): Promise<autocannon.Result> {
  return autocannon({
    url: `${url}/orders/sync`,
    connections: CONNECTIONS,
    duration: durationMs / 1000,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: ORDER,
  })
}

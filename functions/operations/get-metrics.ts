import { gauges } from '../composition/operations'
import { http, prometheus } from '../composition/telemetry'
import { getMetrics } from './contract'

export const handler = http(getMetrics, async () => ({ body: await prometheus.render(await gauges.measure()) }))

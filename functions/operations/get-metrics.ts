import { gauges, http, prometheus } from '../composition'
import { getMetrics } from './contract'

export const handler = http(getMetrics, async () => ({ body: await prometheus.render(await gauges.measure()) }))

import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import { prepareShare, type Share } from './run-share'
import { monotonicMs } from './step-clock'
import type { FromThread, ToThread } from './thread-messages'

const TALLY_EVERY_MS = 1000
const MONITOR_RESOLUTION_MS = 10

if (parentPort === null) throw new Error('this module must run in a worker thread')
const port = parentPort
const stopping = new AbortController()
const share = workerData as Share
const run = prepareShare(share)

port.on('message', (message: ToThread) => {
  if (message.type === 'stop') stopping.abort()
  else if (message.type === 'start') void start(message.zeroMs)
  else {
    authorization = message.authorization
    authorize?.(authorization)
  }
})
post({ type: 'ready' })

/** A renewal may arrive before the start. */
let authorization: string | undefined
let authorize: ((authorization: string) => void) | undefined

async function start(zeroMs: number): Promise<void> {
  const monitor = monitorEventLoopDelay({ resolution: MONITOR_RESOLUTION_MS })
  monitor.enable()
  const atZero = setTimeout(() => monitor.reset(), zeroMs - monotonicMs())
  const { sender, samples } = run(() => monotonicMs() - zeroMs, stopping.signal)
  authorize = (renewed) => sender.authorize(renewed)
  if (authorization !== undefined) authorize(authorization)
  const tally = () => ({ ...sender.tally(), eventLoopP99Ms: eventLoopP99Ms(monitor) })
  const tallying = setInterval(() => post({ type: 'tally', tally: tally() }), TALLY_EVERY_MS)
  const columns = await samples
  clearTimeout(atZero)
  clearInterval(tallying)
  monitor.disable()
  post({ type: 'done', done: { tally: tally(), columns } })
  port.close()
}

/** The monitor includes its own interval. */
function eventLoopP99Ms(monitor: IntervalHistogram): number {
  return Math.max(0, monitor.percentile(99) / 1e6 - MONITOR_RESOLUTION_MS)
}

function post(message: FromThread): void {
  port.postMessage(message)
}

import { backlogTrends, showBacklogs, waitingOrders } from './backlogs'
import { createDeadLetters } from './dead-letters'
import { byId, say } from './elements'
import { createOrders, orderTrends } from './orders'
import { Polling, type Pulse } from './polling'
import { total } from './read-metrics'
import { showRequests } from './requests'
import { Scrapes } from './scrapes'
import { showSetup } from './setup'
import { getAbout, getOpenDeadLetters, getReadiness, getScrape, type Readiness, RefusedError } from './shop-api'
import { Trends } from './trends'
import { latencyTrend, showDependencies, showNobody, showVerdict } from './verdict'

const LONGEST_TREND_MS = 300_000
const SHORTEST_TREND_MS = 60_000
const DIFFERENCES_OVER_MS = 30_000
/** Versions change rarely: they are asked for again when a dependency went or came, and now and then. */
const ABOUT_EVERY_MS = 60_000

const trends = new Trends(LONGEST_TREND_MS, SHORTEST_TREND_MS)
const scrapes = new Scrapes(DIFFERENCES_OVER_MS)
const orders = createOrders()
const polling = new Polling({ ask: askAndShow, isHidden: () => document.hidden, pulse: showPulse })
const letters = createDeadLetters(() => polling.wake())

let about = { of: '', atMs: Number.NEGATIVE_INFINITY }

followTheme()
document.addEventListener('visibilitychange', () => polling.wake())
polling.wake()

/** Each question stands alone: what one server does not tell hides nothing of the others. */
async function askAndShow(): Promise<void> {
  const [metrics, ready, dead] = await Promise.allSettled([getScrape(), getReadiness(), getOpenDeadLetters()])
  const answers = [metrics, ready, dead]
  if (!answers.some(isAnswered)) throw new Error('nobody answered')

  const nowMs = performance.now()
  const readiness = ready.status === 'fulfilled' ? ready.value : undefined
  if (metrics.status === 'fulfilled') scrapes.add(nowMs, metrics.value)
  const scrape = metrics.status === 'fulfilled' ? metrics.value : undefined
  trends.add(nowMs, {
    ...(scrape && { ...orderTrends(scrapes, waitingOrders(scrape)), ...backlogTrends(scrape) }),
    ...latencies(readiness),
  })

  if (scrape) {
    orders.show(scrapes, trends, nowMs)
    showBacklogs(scrape, trends, nowMs)
    showRequests(scrapes)
  }
  if (readiness) {
    showVerdict(readiness, scrape && total(scrape, 'ecommerce_dead_letters'))
    showDependencies(readiness, trends, nowMs)
    await refreshAbout(readiness, nowMs)
  }
  if (dead.status === 'fulfilled') letters.show(dead.value, Date.now())
  else letters.unknown()
}

function isAnswered(result: PromiseSettledResult<unknown>): boolean {
  return result.status === 'fulfilled' || result.reason instanceof RefusedError
}

function latencies(readiness: Readiness | undefined): Record<string, number | undefined> {
  return Object.fromEntries(
    Object.entries(readiness?.dependencies ?? {}).map(([name, { status, latency_ms }]) => [
      latencyTrend(name),
      status === 'up' ? latency_ms : undefined,
    ]),
  )
}

async function refreshAbout({ dependencies }: Readiness, nowMs: number): Promise<void> {
  const states = Object.values(dependencies).map(({ status }) => status)
  const of = states.join()
  if (about.of === of && nowMs - about.atMs < ABOUT_EVERY_MS) return
  showSetup(await getAbout())
  about = { of, atMs: nowMs }
}

function showPulse(pulse: Pulse): void {
  byId('pulse').dataset.state = pulse.state
  say(byId('pulse-text'), pulseText(pulse))
  if (pulse.state === 'live') return
  // Across a pause there is nothing to tell rates from.
  scrapes.clear()
  trends.add(performance.now(), {})
  if (pulse.state === 'lost') showNobody()
}

function pulseText(pulse: Pulse): string {
  switch (pulse.state) {
    case 'live':
      return 'Live'
    case 'paused':
      return 'Paused'
    case 'lost':
      return `Trying again in ${Math.round(pulse.retryInMs / 1_000)} s`
  }
}

/** Follows the system until somebody chooses. */
function followTheme(): void {
  const root = document.documentElement
  byId('theme').addEventListener('click', () => {
    const chosen = root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
    root.dataset.theme = chosen === 'dark' ? 'light' : 'dark'
  })
}

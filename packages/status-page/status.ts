import { byId, setText } from '@ecommerce/look/elements'
import { SignIn } from '@ecommerce/look/sign-in'
import { followTheme } from '@ecommerce/look/theme'
import { backlogTrends, orderBacklogs, showBacklogs } from './backlogs'
import { DeadLetterList } from './dead-letter-list'
import { Orders, orderTrends } from './orders'
import { Polling, type Pulse } from './polling'
import { type Scrape, total } from './read-metrics'
import { showRequests } from './requests'
import { Scrapes } from './scrapes'
import { scrollByKeyboard } from './scroll-by-keyboard'
import { showSetup } from './setup'
import {
  type DeadLetterPage,
  getAbout,
  getOpenDeadLetters,
  getReadiness,
  getScrape,
  type Readiness,
  RefusedError,
  useSession,
} from './shop-api'
import { Trends } from './trends'
import { latencyTrend, showDependencies, showNoResponse, showVerdict } from './verdict'
import { type OpenLetters, verdictOf } from './verdict-of'

const LONGEST_TREND_MS = 300_000
const SHORTEST_TREND_MS = 60_000
const DIFFERENCES_OVER_MS = 30_000
/** Versions rarely change: the page requests them again once a minute, and when a server went down or came up. */
const ABOUT_EVERY_MS = 60_000

const trends = new Trends(LONGEST_TREND_MS, SHORTEST_TREND_MS)
const scrapes = new Scrapes(DIFFERENCES_OVER_MS)
const orders = new Orders()
const polling = new Polling({ poll: refresh, isHidden: () => document.hidden, onPulse: showPulse })
const deadLetters = new DeadLetterList(() => polling.wake())

let about = { ofStates: '', atMs: Number.NEGATIVE_INFINITY }

const signIn = new SignIn(byId('sign-in'), {
  role: 'operator',
  onChange: () => {
    about = { ofStates: '', atMs: Number.NEGATIVE_INFINITY }
    polling.wake()
  },
})
useSession(signIn)

scrollByKeyboard(document.querySelectorAll<HTMLElement>('.table-box, #dialog-body'))
followTheme(byId('theme'), () => orders.redrawCharts())
document.addEventListener('visibilitychange', () => polling.wake())
polling.wake()

/** Each request stands alone: if one fails, the page still shows the data of the others. */
async function refresh(): Promise<void> {
  const [metrics, ready, dead] = await Promise.allSettled([
    getScrape(),
    getReadiness(),
    getOpenDeadLetters(deadLetters.limit),
  ])
  if (![metrics, ready, dead].some(hasResponse)) throw new Error('the shop does not respond')

  const nowMs = performance.now()
  const readiness = ready.status === 'fulfilled' ? ready.value : undefined
  const scrape = metrics.status === 'fulfilled' ? metrics.value : undefined
  const letters = dead.status === 'fulfilled' ? dead.value : undefined
  const open = openLetters(letters, scrape)
  if (scrape) scrapes.add(nowMs, scrape)
  trends.add(nowMs, {
    ...(scrape && { ...orderTrends(scrapes, orderBacklogs(scrape)), ...backlogTrends(scrape) }),
    ...latencies(readiness),
  })

  if (scrape) {
    orders.show(scrapes, trends, nowMs)
    showBacklogs(scrape, trends, nowMs)
    showRequests(scrapes)
  }
  if (readiness) {
    showVerdict(verdictOf(readiness, open))
    showDependencies(readiness, trends, nowMs)
    await refreshAbout(readiness, nowMs)
  }
  if (letters) deadLetters.show(letters, open?.isMinimum === false ? open.count : undefined, Date.now())
  else deadLetters.showUnknown(dead.status === 'rejected' ? dead.reason : undefined)
}

function hasResponse(result: PromiseSettledResult<unknown>): boolean {
  return result.status === 'fulfilled' || result.reason instanceof RefusedError
}

/** The list is exact unless it has more pages. Only then the metric counts, which is up to a second old. */
function openLetters(page: DeadLetterPage | undefined, scrape: Scrape | undefined): OpenLetters | undefined {
  if (page && page.next_cursor === undefined) return { count: page.items.length, isMinimum: false }
  const counted = scrape && total(scrape, 'ecommerce_dead_letters')
  if (counted !== undefined) return { count: Math.max(counted, page?.items.length ?? 0), isMinimum: false }
  return page && { count: page.items.length, isMinimum: true }
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
  const ofStates = Object.values(dependencies)
    .map(({ status }) => status)
    .join()
  if (about.ofStates === ofStates && nowMs - about.atMs < ABOUT_EVERY_MS) return
  try {
    showSetup(await getAbout())
    about = { ofStates, atMs: nowMs }
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    setText(byId('service'), `Only the readiness is shown: ${error.message}`)
  }
}

function showPulse(pulse: Pulse): void {
  byId('pulse').dataset.state = pulse.state
  setText(byId('pulse-text'), pulseText(pulse))
  if (pulse.state === 'live') return
  // Rates must not be computed across a pause.
  scrapes.clear()
  trends.add(performance.now(), {})
  if (pulse.state === 'lost') showNoResponse()
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

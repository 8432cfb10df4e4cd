import { byId, element, numberCell } from './elements'
import { formatCount, formatRate, formatSeconds } from './format'
import type { Scrapes } from './scrapes'

const REQUESTS = 'ecommerce_http_requests_total'
const DURATION = 'ecommerce_http_request_duration_seconds'

/** What this page asks itself, and would otherwise report as life in a shop that nobody visits. */
const OWN_ROUTES = new Set(['/metrics', '/ready', '/about', '/status', '/health'])
const isOwn = (method: string, route: string) =>
  OWN_ROUTES.has(route) || (method === 'GET' && route.startsWith('/dead-letters'))

const ROUTES_SHOWN = 12

export function showRequests(scrapes: Scrapes): void {
  const rows = busiestRoutes(scrapes).map((labels) => routeRow(labels, scrapes))
  const isCounted = scrapes.latest?.has(REQUESTS) === true
  byId('requests-box').hidden = rows.length === 0
  byId('requests-summary').hidden = rows.length > 0
  byId('requests-summary').textContent = isCounted
    ? 'None in the last thirty seconds.'
    : 'This process counts no requests for this page: METRICS says where they are counted.'
  byId('requests').replaceChildren(...rows)
}

interface RouteLabels extends Readonly<Record<string, string>> {
  readonly method: string
  readonly route: string
}

function busiestRoutes(scrapes: Scrapes): RouteLabels[] {
  const routes = new Map<string, RouteLabels>()
  for (const { labels } of scrapes.latest?.get(REQUESTS) ?? []) {
    const { method = '', route = '' } = labels
    if (!isOwn(method, route)) routes.set(`${method} ${route}`, { method, route })
  }
  return [...routes.values()]
    .map((labels) => ({ labels, requests: scrapes.increase(REQUESTS, labels) }))
    .filter(({ requests }) => requests > 0)
    .toSorted((a, b) => b.requests - a.requests)
    .slice(0, ROUTES_SHOWN)
    .map(({ labels }) => labels)
}

function routeRow({ method, route }: RouteLabels, scrapes: Scrapes): HTMLTableRowElement {
  const labels = { method, route }
  const requests = scrapes.increase(REQUESTS, labels)
  const failed = (first: string) =>
    (scrapes.latest?.get(REQUESTS) ?? [])
      .filter(
        (one) => one.labels.method === method && one.labels.route === route && one.labels.status?.startsWith(first),
      )
      .reduce((sum, one) => sum + scrapes.increase(REQUESTS, one.labels), 0)
  const serverErrors = numberCell('5xx', formatCount(failed('5')))
  if (failed('5') > 0) serverErrors.classList.add('bad')
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, element('code', {}, `${method} ${route}`)),
    numberCell('per second', formatRate(scrapes.seconds > 0 ? requests / scrapes.seconds : undefined)),
    numberCell('p50', formatSeconds(scrapes.quantile(DURATION, labels, 0.5))),
    numberCell('p99', formatSeconds(scrapes.quantile(DURATION, labels, 0.99))),
    numberCell('4xx', formatCount(failed('4'))),
    serverErrors,
  )
}

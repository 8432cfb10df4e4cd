import { byId, element, numberCell } from '@ecommerce/look/elements'
import { formatCount, formatLatency, formatRate } from '@ecommerce/look/format'
import type { Scrapes } from './scrapes'

const REQUESTS = 'ecommerce_http_requests_total'
const DURATION = 'ecommerce_http_request_duration_seconds'

/** Routes that this page itself requests: counting them would show traffic in a shop without visitors. */
const OWN_ROUTES = new Set(['/metrics', '/ready', '/about', '/status', '/health'])
const isOwn = (method: string, route: string) =>
  OWN_ROUTES.has(route) || (method === 'GET' && route.startsWith('/dead-letters'))

const MAX_ROUTES = 12

export function showRequests(scrapes: Scrapes): void {
  const rows = busiestRoutes(scrapes).map((labels) => routeRow(labels, scrapes))
  const isCounted = scrapes.latest?.has(REQUESTS) === true
  byId('requests-box').hidden = rows.length === 0
  byId('requests-summary').hidden = rows.length > 0
  byId('requests-summary').textContent = isCounted
    ? 'No requests in the last 30 seconds.'
    : 'This process does not export request metrics here. The setting METRICS says where they go.'
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
    .slice(0, MAX_ROUTES)
    .map(({ labels }) => labels)
}

function routeRow({ method, route }: RouteLabels, scrapes: Scrapes): HTMLTableRowElement {
  const labels = { method, route }
  const requests = scrapes.increase(REQUESTS, labels)
  const withStatus = (first: string) =>
    (scrapes.latest?.get(REQUESTS) ?? [])
      .filter(
        (one) => one.labels.method === method && one.labels.route === route && one.labels.status?.startsWith(first),
      )
      .reduce((sum, one) => sum + scrapes.increase(REQUESTS, one.labels), 0)
  const serverErrors = numberCell('5xx', formatCount(withStatus('5')))
  if (withStatus('5') > 0) serverErrors.classList.add('bad')
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, element('code', {}, `${method} ${route}`)),
    numberCell('requests/s', formatRate(scrapes.seconds > 0 ? requests / scrapes.seconds : undefined)),
    numberCell('p50', formatLatency(scrapes.quantileMs(DURATION, labels, 0.5))),
    numberCell('p99', formatLatency(scrapes.quantileMs(DURATION, labels, 0.99))),
    numberCell('4xx', formatCount(withStatus('4'))),
    serverErrors,
  )
}

import { formatCount } from '@ecommerce/look/format'

const MOST_CAUSES = 3

/** What the causes of the generator mean. Statuses and problem types explain themselves. */
const MEANINGS: Readonly<Record<string, string>> = {
  connection: 'connection refused or closed',
  timeout: 'no response in time',
  protocol: 'response is not HTTP/1.1',
  'no-order-id': 'response without an order id',
  'no-retry-after': '503 without Retry-After',
  aborted: 'the run was stopped',
}

/** The most frequent causes with their counts, such as `1,600 × 307, 2 × no response in time`. */
export function causesText(causes: Readonly<Record<string, number>>): string {
  const ordered = Object.entries(causes).sort(([, one], [, other]) => other - one)
  const rest = ordered.slice(MOST_CAUSES).reduce((sum, [, count]) => sum + count, 0)
  return [
    ...ordered.slice(0, MOST_CAUSES).map(([cause, count]) => `${formatCount(count)} × ${causeName(cause)}`),
    ...(rest > 0 ? [`${formatCount(rest)} × other causes`] : []),
  ].join(', ')
}

export function causeName(cause: string): string {
  return MEANINGS[cause] ?? (/^3\d\d$/.test(cause) ? `${cause} (a redirect)` : cause)
}

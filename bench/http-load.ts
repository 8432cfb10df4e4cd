import autocannon from 'autocannon'
import type { OfflineService } from './offline-service'

export const CONNECTIONS = 100

export const ORDER = JSON.stringify({ user_id: 'bench', product_id: 1, quantity: 1 })

/**
 * Posts one order again and again.
 * @returns requests per second; fails unless every one of them was answered with 2xx
 */
export async function load(
  { url }: OfflineService,
  path: string,
  amount: { duration: number } | { amount: number },
  connections = CONNECTIONS,
): Promise<number> {
  const result = await autocannon({
    url: url + path,
    connections,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: ORDER,
    ...amount,
  })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0) throw new Error(`${failed} of ${result.requests.total} requests to ${path} failed`)
  return result.requests.total / result.duration
}

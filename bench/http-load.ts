import autocannon from 'autocannon'
import type { OfflineService } from './offline-service'

export const CONNECTIONS = 100

export const ORDER = JSON.stringify({ user_id: 'bench', product_id: 1, quantity: 1 })

/**
 * Sends the same order repeatedly.
 * @returns requests per second @throws if a response has a status other than 2xx
 */
export async function load(
  { url }: OfflineService,
  path: string,
  amount: { duration: number } | { amount: number },
  connections = CONNECTIONS,
  authorization?: string,
): Promise<number> {
  const result = await autocannon({
    url: url + path,
    connections,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    body: ORDER,
    ...amount,
  })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0) throw new Error(`${failed} of ${result.requests.total} requests to ${path} failed`)
  return result.requests.total / result.duration
}

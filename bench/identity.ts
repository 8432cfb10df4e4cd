import type { Config } from '@ecommerce/runtime/config'
import { TestIssuer } from '@ecommerce/testing/test-issuer'
import { load } from './http-load'
import { type OfflineService, startOfflineService } from './offline-service'
import { type Finding, ratios } from './statistics'
import { untilRelayed } from './until-relayed'

const PORTS = { protected: 3996, open: 3998 }
const ORDERS = 10_000
const CALLER = { sub: 'bench', scope: 'orders:read orders:write' }

/**
 * The cost of identity: synchronous orders with a token on a shop with an issuer, compared with an open shop. Both run all
 * the time and receive load in turn. The CPU time depends less on the load of the machine than the rate does.
 */
export async function benchIdentity(config: Config, repetitions: number): Promise<Finding[]> {
  const issuer = await TestIssuer.start('RS256')
  const open = await startOfflineService(config, PORTS.open)
  const identity = { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: ['shop'] }
  const shop = await startOfflineService({ ...config, ...identity }, PORTS.protected)
  const authorization = `Bearer ${await issuer.token({ claims: CALLER })}`
  try {
    await cost(open)
    await cost(shop, authorization)
    const without: number[] = []
    const withTokens: number[] = []
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const turns = [
        async () => withTokens.push(await cost(shop, authorization)),
        async () => without.push(await cost(open)),
      ]
      for (const turn of repetition % 2 === 0 ? turns : turns.reverse()) {
        await untilRelayed(config)
        await turn()
      }
    }
    return [
      { name: 'CPU time of an order in an open shop', samples: without, unit: 'us' },
      { name: 'CPU time of an order with a token', samples: withTokens, unit: 'us' },
      { name: 'with a token / open', samples: ratios(withTokens, without), unit: '', atMost: 1.08 },
    ]
  } finally {
    await Promise.all([open.stop(), shop.stop(), issuer.close()])
  }
}

/** The CPU time of one order, in microseconds. */
async function cost(service: OfflineService, authorization?: string): Promise<number> {
  const before = await service.cpuSeconds()
  await load(service, '/orders/sync', { amount: ORDERS }, undefined, authorization)
  return (((await service.cpuSeconds()) - before) / ORDERS) * 1_000_000
}

import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CATALOGUE } from '../faults/catalogue/catalogue'
import { bindFault } from '../faults/catalogue/fault'
import { selectFaults } from '../faults/catalogue/select-faults'
import { matrixTable } from '../faults/report/terminal-text'
import { runCell } from '../faults/run/run-cell'
import { FaultServers } from '../faults/servers/fault-servers'
import { FaultShop } from '../faults/shop/fault-shop'
import type { Channel } from '../load/results'
import { createProgress } from '../tools/local/progress'
import { childEnvironment } from '../tools/local/run'

/** The part of `npm run faults` that matters most. The faults last just long enough to be noticed. */
const FAULTS: readonly (readonly [id: string, affected: Channel])[] = [
  ['mysql:partition-in-transaction', 'sync'],
  ['mysql:read-only', 'sync'],
  ['rabbitmq:freeze', 'rabbitmq'],
  ['kafka:reset', 'kafka'],
]

const FOLDER = join(import.meta.dirname, '..', '.local', 'test', 'faults')
const SECONDS = 5
const RATE_PER_SECOND = 20

let servers: FaultServers
let shop: FaultShop

beforeAll(async () => {
  const progress = createProgress()
  servers = await FaultServers.start({ folder: FOLDER, onSmallDisks: false, progress })
  progress.close()
  const home = childEnvironment().SHOP_HOME === 'host' ? 'host' : 'offline'
  shop = await FaultShop.start(home, servers.shopSettings, join(FOLDER, 'clock'))
})

afterAll(async () => {
  await shop?.kill()
  await servers?.stop()
})

it.each(FAULTS)(
  '%s breaks no promise: nothing lost or doubled, no late response, no failure, recovery in time',
  {
    timeout: 120_000,
  },
  async (id, affected) => {
    const [fault] = selectFaults(CATALOGUE, [id]).faults
    if (fault === undefined) throw new Error(`there is no fault ${id}`)
    const { signal: stop } = new AbortController()
    const system = { shop, restore: () => servers.restore(), restart: () => servers.restart() }
    const cell = await runCell(bindFault(fault, { servers, shop }), system, {
      cellId: `test-${id.replace(':', '-')}`,
      ratePerSecond: RATE_PER_SECOND,
      faultSeconds: SECONDS,
      seed: 1,
      stop,
    })

    expect(cell.broken, `\n${matrixTable([cell])}\n`).toEqual([])
    for (const { channel, accepted, unavailable } of cell.channels) {
      expect(accepted, channel).toBeGreaterThan(0)
      if (channel === affected) expect(unavailable, channel).toBeGreaterThan(0)
    }
    expect(shop.log).not.toMatch(/"level":"(error|fatal)"/)
  },
)

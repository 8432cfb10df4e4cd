import { join } from 'node:path'
import type { Progress } from '../../tools/local/progress'
import { CATALOGUE } from '../catalogue/catalogue'
import { clusterFaults } from '../catalogue/cluster-faults'
import { type BoundFault, bindFault, type FaultSystem } from '../catalogue/fault'
import { selectFaults } from '../catalogue/select-faults'
import type { FaultOptions } from '../command-line/options'
import { FaultServers } from '../servers/fault-servers'
import { restoreCluster, shopSettingsOf, startCluster } from '../servers/run-cluster'
import { FaultShop } from '../shop/fault-shop'

/** A shop on servers of its own, and the faults that were chosen for it. */
export interface FaultBench extends FaultSystem {
  readonly faults: readonly BoundFault[]
  stop(): Promise<void>
}

interface BenchServers {
  readonly shopSettings: Readonly<Record<string, string>>
  faultsFor(shop: FaultShop): readonly BoundFault[]
  restore(): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts servers and a shop. The functions must have been built.
 * @throws {ServersError} if they are not available
 */
export async function openBench(options: FaultOptions, folder: string, progress: Progress): Promise<FaultBench> {
  const servers = await (options.nodes === undefined ? openServers : openCluster)(options, folder, progress)
  try {
    const shop = await FaultShop.start(options.home, servers.shopSettings, join(folder, 'clock'))
    return {
      shop,
      faults: servers.faultsFor(shop),
      restore: () => servers.restore(),
      restart: () => servers.restart(),
      async stop() {
        await shop.kill()
        await servers.stop()
      },
    }
  } catch (error) {
    await servers.stop()
    throw error
  }
}

async function openServers(options: FaultOptions, folder: string, progress: Progress): Promise<BenchServers> {
  const { faults } = selectFaults(CATALOGUE, options.only)
  // A long run would fill them by itself.
  const onSmallDisks = options.forMs === undefined && faults.some(({ id }) => id.endsWith(':disk-full'))
  const servers = await FaultServers.start({ folder, onSmallDisks, progress })
  return {
    shopSettings: servers.shopSettings,
    faultsFor: (shop) => faults.map((fault) => bindFault(fault, { servers, shop })),
    restore: () => servers.restore(),
    restart: () => servers.restart(),
    stop: () => servers.stop(),
  }
}

async function openCluster(options: FaultOptions, folder: string, progress: Progress): Promise<BenchServers> {
  const cluster = await startCluster(join(folder, 'cluster'), progress)
  return {
    shopSettings: shopSettingsOf(cluster),
    faultsFor: () => selectFaults(clusterFaults(cluster), options.only).faults,
    restore: () => restoreCluster(cluster),
    restart: () => restoreCluster(cluster),
    stop: () => cluster.stop(),
  }
}

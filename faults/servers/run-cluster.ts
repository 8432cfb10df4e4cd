import type { Progress } from '../../tools/local/progress'
import { SERVER_NAMES } from '../../tools/local/server'
import { bringUpCluster, type TestCluster } from '../../tools/local/test-cluster'
import { createShopAccount, SHOP_ACCOUNT } from './mysql-admin'

/** Three nodes of each server, and the settings of a shop without administrative rights. */
export async function startCluster(folder: string, progress: Progress): Promise<TestCluster> {
  const cluster = await bringUpCluster({ folder, nodes: 3, progress })
  await createShopAccount(firstNode(cluster))
  return cluster
}

export function shopSettingsOf({ environment }: TestCluster): Readonly<Record<string, string>> {
  return { ...environment, MYSQL_USER: SHOP_ACCOUNT.user, MYSQL_PASSWORD: SHOP_ACCOUNT.password }
}

/** Ends every fault that is still in effect. Returns when all nodes are members of their clusters. */
export async function restoreCluster(cluster: TestCluster): Promise<void> {
  for (const name of SERVER_NAMES) {
    for (const node of cluster.nodes[name]) await node.resume()
    for (const node of cluster.nodes[name]) if ((await node.pid()) === undefined) await node.start()
  }
  await cluster.untilComplete()
}

/** Accounts are replicated, as all data is. */
function firstNode({ config, nodes }: TestCluster): TestCluster['config'] {
  const [host = '', port = ''] = nodes.mysql[0]?.address.split(':') ?? []
  return { ...config, MYSQL_HOST: host, MYSQL_PORT: Number(port) }
}

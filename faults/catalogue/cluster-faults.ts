import { SERVER_NAMES } from '../../tools/local/server'
import type { ClusterNode, TestCluster } from '../../tools/local/test-cluster'
import { CLUSTER_LIMITS } from '../measure/limits'
import { asAdministrator } from '../servers/mysql-admin'
import type { BoundFault } from './fault'

/** The loss of each node, and the planned switchover of each node of MySQL. */
export function clusterFaults(cluster: TestCluster): readonly BoundFault[] {
  return [
    ...SERVER_NAMES.flatMap((name) =>
      cluster.nodes[name].flatMap((node, index) => {
        const gapLimitMs = name === 'mysql' ? CLUSTER_LIMITS.gapMysqlMs : CLUSTER_LIMITS.gapMs
        return lossesOf(cluster, node, { id: `${name}-${index + 1}`, target: name, gapLimitMs })
      }),
    ),
    ...cluster.nodes.mysql.map((node, index) => switchoverFrom(cluster, node, `mysql-${index + 1}`)),
  ]
}

function lossesOf(
  cluster: TestCluster,
  node: ClusterNode,
  { id, ...given }: Pick<BoundFault, 'id' | 'target'> & { readonly gapLimitMs: number },
): BoundFault[] {
  return [
    {
      ...given,
      id: `${id}:kill`,
      title: 'the node is killed with SIGKILL, and started again',
      async begin() {
        await cluster.untilComplete()
        await node.kill()
      },
      end: () => node.start(),
    },
    {
      ...given,
      id: `${id}:freeze`,
      title: 'the node is stopped with SIGSTOP',
      async begin() {
        await cluster.untilComplete()
        await node.freeze()
      },
      end: () => node.resume(),
    },
  ]
}

function switchoverFrom(cluster: TestCluster, node: ClusterNode, id: string): BoundFault {
  const [host = '', port = ''] = node.address.split(':')
  const config = { ...cluster.config, MYSQL_HOST: host, MYSQL_PORT: Number(port) }
  const setReadOnly = async (value: 0 | 1) => {
    await asAdministrator(config, `SET GLOBAL read_only = ${value}`)
  }
  return {
    id: `${id}:read-only`,
    target: 'mysql',
    title: 'the node becomes read-only and keeps its connections, as in a planned switchover',
    gapLimitMs: CLUSTER_LIMITS.switchoverMs,
    async begin() {
      await cluster.untilComplete()
      await setReadOnly(1)
    },
    end: () => setReadOnly(0),
  }
}

import { rmSync } from 'node:fs'
import type { Config } from '@ecommerce/runtime/config'
import type { Checkout } from './checkout'
import { DockerCompose } from './docker-compose'
import type { Instance } from './instance'
import { lastLines } from './log-tail'
import { livingPid } from './native-process'
import type { ProbeResult, Server } from './server'
import { forgetAddresses } from './servers-env'

/** Stops only the servers that this instance started. @returns the titles of those that were running */
export async function stopServers(servers: readonly Server[], instance: Instance): Promise<string[]> {
  const containers = await ourContainers(servers, instance)
  const compose = new DockerCompose(instance.tag)
  const stops = servers.map(async (server) => {
    const native = await server.stopNative(instance)
    return native || containers.includes(server) ? [server.title] : []
  })
  if (containers.length > 0) await compose.stop(containers.map(({ name }) => name))
  return (await Promise.all(stops)).flat()
}

/** Stops servers, deletes their data and forgets their addresses. */
export async function resetServers(
  servers: readonly Server[],
  { config, instance }: { readonly config: Config; readonly instance: Instance },
): Promise<void> {
  await stopServers(servers, instance)
  const compose = new DockerCompose(instance.tag)
  if (await compose.isAvailable()) await compose.remove(servers.map(({ name }) => name))
  for (const { name } of servers) rmSync(instance.serverFolder(name), { recursive: true, force: true })
  const keys = servers.flatMap((server) => Object.keys(server.environment(config)))
  forgetAddresses(instance.addressFile, keys)
}

export type StatusRow = Readonly<Record<'server' | 'how' | 'address' | 'version' | 'pid' | 'healthy', string>>

export async function serverStatus(
  servers: readonly Server[],
  { config, instance }: Pick<Checkout, 'config' | 'instance'>,
): Promise<StatusRow[]> {
  return Promise.all(
    servers.map(async (server) => {
      const [result, pid] = await Promise.all([server.probe(config), livingPid(instance.files(server.name))])
      const ready = result.kind === 'ready'
      return {
        server: server.title,
        how: describeHow(instance, result, pid),
        address: server.address(config),
        version: ready ? result.version : '-',
        pid: pid === undefined ? '-' : String(pid),
        healthy: ready ? 'yes' : result.kind === 'refused' ? `no, it ${result.reason}` : 'no',
      }
    }),
  )
}

function describeHow(instance: Instance, result: ProbeResult, pid: number | undefined): string {
  if (pid !== undefined) return 'native'
  if (result.kind !== 'ready') return '-'
  if (instance.owns(result.tag)) return 'docker'
  return instance.isOthers(result.tag) ? 'another checkout' : 'other'
}

export async function serverLogs(server: Server, instance: Instance, count: number): Promise<string> {
  const containers = await ourContainers([server], instance)
  if (containers.length > 0) return new DockerCompose(instance.tag).logs(server.name, count)
  return lastLines(instance.files(server.name).logFile, count).join('\n')
}

async function ourContainers(servers: readonly Server[], instance: Instance): Promise<Server[]> {
  const compose = new DockerCompose(instance.tag)
  if (!(await compose.isAvailable())) return []
  const running = await compose.running()
  return servers.filter(({ name }) => running.has(name))
}

import { rmSync } from 'node:fs'
import type { Checkout } from './checkout'
import { RECORDED } from './cluster/choose-nodes'
import { layoutFile } from './cluster/cluster-layout'
import { DockerCompose } from './docker-compose'
import type { Instance } from './instance'
import { InstanceFileError } from './instance-files'
import { lastLines } from './log-tail'
import { livingPid } from './native-process'
import type { ProbeResult, Server } from './server'
import { forgetAddresses } from './servers-env'

/**
 * Stops only the servers that this instance started. One that cannot be stopped does not keep the others running.
 * @returns the titles of those that were running
 * @throws {InstanceFileError} when it is unknown which process one of them is
 */
export async function stopServers(servers: readonly Server[], instance: Instance): Promise<string[]> {
  const containers = await ourContainers(servers, instance)
  const compose = new DockerCompose(instance.tag)
  const stops = servers.map(async (server) => {
    const native = await server.stopNative(instance)
    return native || containers.includes(server) ? [server.title] : []
  })
  const results = await Promise.allSettled(stops)
  if (containers.length > 0) await compose.stop(containers.map(({ name }) => name))
  throwProblems(results)
  return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
}

/** Throws all problems with files as one, or the first error of another kind. */
function throwProblems(results: readonly PromiseSettledResult<unknown>[]): void {
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const problems = errors.filter((error) => error instanceof InstanceFileError)
  for (const error of errors) if (!(error instanceof InstanceFileError)) throw error
  if (problems.length > 0) throw new InstanceFileError(problems.map(({ message }) => message).join('\n'))
}

/** Stops servers, deletes their data and forgets their addresses. */
export async function resetServers(
  servers: readonly Server[],
  { instance }: { readonly instance: Instance },
): Promise<void> {
  await stopServers(servers, instance)
  const compose = new DockerCompose(instance.tag)
  if (await compose.isAvailable()) await compose.remove(servers.map(({ name }) => name))
  for (const { name } of servers) {
    for (const folder of instance.foldersOf(name)) {
      rmSync(instance.serverFolder(folder), { recursive: true, force: true })
    }
    rmSync(layoutFile(instance, name), { force: true })
  }
  forgetAddresses(
    instance.addressFile,
    servers.flatMap(({ name }) => RECORDED[name]),
  )
}

export type StatusRow = Readonly<Record<'server' | 'how' | 'address' | 'version' | 'pid' | 'healthy', string>>

export async function serverStatus(
  servers: readonly Server[],
  { config, instance }: Pick<Checkout, 'config' | 'instance'>,
): Promise<StatusRow[]> {
  const parts = servers.flatMap((server) => server.parts(config))
  return Promise.all(
    parts.map(async ({ title, folder, address, probe }) => {
      const [result, pid] = await Promise.all([probe(), pidOrProblem(instance, folder)])
      const ready = result.kind === 'ready'
      const health = ready ? 'yes' : result.kind === 'refused' ? `no, it ${result.reason}` : 'no'
      const isUnknown = pid instanceof InstanceFileError
      return {
        server: title,
        how: isUnknown ? 'native' : describeHow(instance, result, pid),
        address,
        version: ready ? result.version : '-',
        pid: isUnknown ? '?' : pid === undefined ? '-' : String(pid),
        healthy: isUnknown ? `${health}, but ${pid.message}` : health,
      }
    }),
  )
}

async function pidOrProblem(instance: Instance, folder: string): Promise<number | undefined | InstanceFileError> {
  try {
    return await livingPid(instance.files(folder))
  } catch (error) {
    if (error instanceof InstanceFileError) return error
    throw error
  }
}

function describeHow(instance: Instance, result: ProbeResult, pid: number | undefined): string {
  if (pid !== undefined) return 'native'
  if (result.kind !== 'ready') return '-'
  if (instance.owns(result.tag)) return 'docker'
  return instance.isOthers(result.tag) ? 'another checkout' : 'other'
}

/** The last lines of a server, or of each node, under its title. */
export async function serverLogs(
  server: Server,
  { config, instance }: Pick<Checkout, 'config' | 'instance'>,
  count: number,
): Promise<string> {
  const heading = (title: string) => `── ${title}\n`
  const containers = await ourContainers([server], instance)
  if (containers.length > 0) {
    return heading(server.title) + (await new DockerCompose(instance.tag).logs(server.name, count))
  }
  const logs = server.parts(config).map(({ title, folder }) => {
    return heading(title) + lastLines(instance.files(folder).logFile, count).join('\n')
  })
  return logs.join('\n')
}

async function ourContainers(servers: readonly Server[], instance: Instance): Promise<Server[]> {
  const compose = new DockerCompose(instance.tag)
  if (!(await compose.isAvailable())) return []
  const running = await compose.running()
  return servers.filter(({ name }) => running.has(name))
}

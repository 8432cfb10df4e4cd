import { join } from 'node:path'
import type { Config } from '@ecommerce/runtime/config'
import { choosePorts } from './choose-ports'
import { RECORDED } from './cluster/choose-nodes'
import { DockerCompose } from './docker-compose'
import type { Instance } from './instance'
import { InstanceFileError } from './instance-files'
import { acquireLock } from './lock'
import type { Progress, Step } from './progress'
import type { Outcome, ProbeResult, Server } from './server'
import { forgetAddresses, recordAddresses } from './servers-env'
import { startByDocker } from './start-docker'
import { installMissing, startNatively } from './start-native'

export interface BringUpOptions {
  readonly instance: Instance
  readonly servers: readonly Server[]
  readonly config: Config
  /** The variables that the user set. Their ports are never replaced by others. */
  readonly setByUser: ReadonlySet<string>
  readonly progress: Progress
}

export interface BringUpResult {
  /** With the addresses in use. */
  readonly config: Config
  readonly outcomes: readonly Outcome[]
}

/**
 * Makes servers available. A server that already responds is used. The others are started by Docker or, without Docker,
 * as processes on this machine. A server that cannot be started is an outcome too and does not affect the others.
 * Records the addresses in use in the instance.
 * @throws {PortTakenError} when a port that the user set is taken; nothing has been started then
 */
export async function bringUp(options: BringUpOptions): Promise<BringUpResult> {
  const waiting = () => options.progress.line('  waiting for another process that starts these servers')
  const release = await acquireLock(join(options.instance.folder, 'lock'), waiting)
  try {
    return await bringAllUp(options)
  } finally {
    release()
  }
}

async function bringAllUp(options: BringUpOptions): Promise<BringUpResult> {
  const { instance, servers, setByUser, progress } = options
  const steps = new Map(servers.map((server) => [server, progress.step(server.title)]))
  const finish = (outcome: Outcome) => {
    report(outcome, config, steps.get(outcome.server))
    outcomes.set(outcome.server, outcome)
  }

  let config = options.config
  const outcomes = new Map<Server, Outcome>()
  const occupants = new Map<Server, string | undefined>()
  /** They keep their ports. */
  const partlyRunning = new Set<string>()
  const examine = async (server: Server) => {
    const stopped = await server.stopOtherForm(instance)
    if (stopped) progress.line(`  stopped the former ${server.title}; its data stays in ${instance.folder}`)
    const result = await server.probe(config)
    const outcome = judge(server, result, options)
    if (outcome !== undefined) return finish(outcome)
    // A server of this instance that hangs, or listens at a former address, is stopped first.
    if (await server.stopStale(instance, config)) partlyRunning.add(server.name)
    occupants.set(server, describeOccupant(server, result))
  }
  await Promise.all(
    servers.map((server) =>
      examine(server).catch((error: unknown) => {
        // Starting another process on the same data would be worse than to start nothing.
        if (!(error instanceof InstanceFileError)) throw error
        finish({ server, kind: 'missing', reason: error.message })
      }),
    ),
  )
  const missing = () => servers.filter((server) => !outcomes.has(server))
  if (missing().length > 0) {
    const compose = new DockerCompose(instance.tag)
    const hasDocker = await compose.isAvailable()
    const containers = hasDocker ? await compose.running() : new Set<string>()
    const replaced = missing().filter(({ name, nodes }) => nodes > 1 && containers.has(name))
    if (replaced.length > 0) await compose.stop(replaced.map(({ name }) => name))
    const inContainers = missing().filter(({ name, nodes }) => nodes === 1 && containers.has(name))
    const fixed = new Set([...inContainers.map(({ name }) => name), ...partlyRunning])
    config = await chooseAllPorts(missing(), occupants, fixed, options)

    const forDocker = missing().filter(({ nodes }) => nodes === 1)
    if (hasDocker && forDocker.length > 0) {
      const step = progress.step('Docker')
      for (const outcome of await startByDocker(forDocker, { compose, config, instance, step })) finish(outcome)
    }
    await installMissing(missing(), () => progress.step('packages'))
    await Promise.all(
      missing().map(async (server) => {
        const note = (text: string) => steps.get(server)?.note(text)
        finish(await startNatively(server, { config, instance, note }))
      }),
    )
  }

  const results = servers.flatMap((server) => outcomes.get(server) ?? [])
  for (const { server, kind } of results) {
    if (kind !== 'up') continue
    forgetAddresses(instance.addressFile, RECORDED[server.name])
    recordAddresses(instance.addressFile, server.environment(config), setByUser)
  }
  return { config, outcomes: results }
}

/** The outcome that needs no start: the server responds, or it is on another machine and does not. */
export function judge(
  server: Server,
  result: ProbeResult,
  { config, instance, setByUser }: Pick<BringUpOptions, 'config' | 'instance' | 'setByUser'>,
): Outcome | undefined {
  const isChosen = server.ports(config).some(({ key }) => setByUser.has(key))
  if (result.kind === 'ready' && (isChosen || !instance.isOthers(result.tag))) {
    return { server, kind: 'up', how: 'already running', version: result.version }
  }
  if (isLocal(server.host(config))) return undefined
  const problem = result.kind === 'refused' ? result.reason : 'does not respond'
  return {
    server,
    kind: 'missing',
    reason: `${server.address(config)} ${problem}, and only a local one can be started`,
  }
}

function isLocal(host: string): boolean {
  return ['127.0.0.1', 'localhost', '::1', '0.0.0.0'].includes(host)
}

function describeOccupant(server: Server, result: ProbeResult): string | undefined {
  if (result.kind === 'refused') return `a ${server.title} there ${result.reason}`
  if (result.kind === 'ready') return `the ${server.title} there belongs to another checkout`
  return undefined
}

async function chooseAllPorts(
  missing: readonly Server[],
  occupants: ReadonlyMap<Server, string | undefined>,
  fixed: ReadonlySet<string>,
  { servers, config: given, setByUser, progress }: BringUpOptions,
): Promise<Config> {
  const reserved = new Set(servers.flatMap((server) => server.ports(given)).map(({ port }) => port))
  let config = given
  // One after another, because each choice depends on the ports chosen before. What is running keeps its ports.
  for (const server of missing.filter(({ name }) => !fixed.has(name))) {
    for (const { port } of server.ports(config)) reserved.delete(port)
    const choice = await choosePorts(server, config, { setByUser, reserved, occupant: occupants.get(server) })
    config = choice.config
    for (const move of choice.moves) progress.line(`  ${move}`)
  }
  return config
}

function report(outcome: Outcome, config: Config, step: Step | undefined): void {
  if (outcome.kind === 'missing') step?.fail(outcome.reason)
  else step?.done(`${outcome.version} at ${outcome.server.address(config)}, ${outcome.how}`)
}

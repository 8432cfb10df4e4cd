import { join } from 'node:path'
import type { Config } from '@ecommerce/runtime/config'
import { choosePorts } from './choose-ports'
import { DockerCompose } from './docker-compose'
import type { Instance } from './instance'
import { acquireLock } from './lock'
import type { Progress, Step } from './progress'
import type { Answer, Outcome, Server } from './server'
import { recordAddresses } from './servers-env'
import { startByDocker } from './start-docker'
import { installMissing, startNatively } from './start-native'

export interface BringUpOptions {
  readonly instance: Instance
  readonly servers: readonly Server[]
  readonly config: Config
  /** The variables the user chose himself: their ports are never exchanged for others. */
  readonly setByUser: ReadonlySet<string>
  readonly progress: Progress
}

export interface BringUpResult {
  /** With the addresses in use. */
  readonly config: Config
  readonly outcomes: readonly Outcome[]
}

/**
 * Makes servers available: one that already answers is used; the others are started by Docker or, where that cannot
 * be, as processes of this machine. A server that cannot be had is an outcome, and the others are brought up all the
 * same. The addresses in use are recorded in the instance.
 * @throws {PortTakenError} when a port the user chose himself is taken; nothing has been started then
 */
export async function bringUp(options: BringUpOptions): Promise<BringUpResult> {
  const waiting = () => options.progress.line('  waiting for another process that brings these servers up')
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
  await Promise.all(
    servers.map(async (server) => {
      const answer = await server.probe(config)
      const outcome = judge(server, answer, options)
      if (outcome !== undefined) return finish(outcome)
      // One of ours that is stuck, or not where it is looked for any more, has to make room.
      await server.stopNative(instance)
      occupants.set(server, describeOccupant(server, answer))
    }),
  )
  const missing = () => servers.filter((server) => !outcomes.has(server))
  if (missing().length > 0) {
    const compose = new DockerCompose(instance.tag)
    const hasDocker = await compose.isAvailable()
    config = await chooseAllPorts(missing(), occupants, hasDocker ? await compose.running() : new Set(), options)

    if (hasDocker) {
      const step = progress.step('Docker')
      for (const outcome of await startByDocker(missing(), { compose, config, instance, step })) finish(outcome)
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
    if (kind === 'up') recordAddresses(instance.addressFile, server.environment(config), setByUser)
  }
  return { config, outcomes: results }
}

/** The outcome that is clear at first sight: it is there, or it is on another machine and not there. */
export function judge(
  server: Server,
  answer: Answer,
  { config, instance, setByUser }: Pick<BringUpOptions, 'config' | 'instance' | 'setByUser'>,
): Outcome | undefined {
  const isChosen = server.ports(config).some(({ key }) => setByUser.has(key))
  if (answer.kind === 'ready' && (isChosen || !instance.isOthers(answer.tag))) {
    return { server, kind: 'up', how: 'already running', version: answer.version }
  }
  if (isLocal(server.host(config))) return undefined
  const problem = answer.kind === 'refused' ? answer.reason : 'does not answer'
  return {
    server,
    kind: 'missing',
    reason: `${server.address(config)} ${problem}, and only a local one can be started`,
  }
}

function isLocal(host: string): boolean {
  return ['127.0.0.1', 'localhost', '::1', '0.0.0.0'].includes(host)
}

function describeOccupant(server: Server, answer: Answer): string | undefined {
  if (answer.kind === 'refused') return `a ${server.title} there ${answer.reason}`
  if (answer.kind === 'ready') return `the ${server.title} there belongs to another checkout`
  return undefined
}

async function chooseAllPorts(
  missing: readonly Server[],
  occupants: ReadonlyMap<Server, string | undefined>,
  containers: ReadonlySet<string>,
  { servers, config: given, setByUser, progress }: BringUpOptions,
): Promise<Config> {
  const reserved = new Set(servers.flatMap((server) => server.ports(given)).map(({ port }) => port))
  let config = given
  // One after the other: each has to know which ports the former ones took. A container of ours keeps its own.
  for (const server of missing.filter(({ name }) => !containers.has(name))) {
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

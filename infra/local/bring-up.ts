import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '@ecommerce/runtime/config'
import { canInstallPackages, installPackages } from './apt'
import { choosePorts } from './choose-ports'
import { DockerCompose } from './docker-compose'
import type { Instance } from './instance'
import { lastLine } from './log-tail'
import { livingPid } from './native-process'
import type { Progress } from './progress'
import type { Answer, Server } from './server'
import { recordAddresses } from './servers-env'

export interface BringUpOptions {
  readonly instance: Instance
  readonly servers: readonly Server[]
  readonly config: Config
  /** The variables the user chose himself: their ports are never exchanged for others. */
  readonly setByUser: ReadonlySet<string>
  readonly progress: Progress
}

export type How = 'already running' | 'docker' | 'native'

export type Outcome =
  | { readonly server: Server; readonly kind: 'up'; readonly how: How; readonly version: string }
  | { readonly server: Server; readonly kind: 'missing'; readonly reason: string }

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
  const { instance, servers, setByUser } = options
  const first = await Promise.all(servers.map((server) => lookAt(server, options)))
  const absent = first.filter((look) => look.kind === 'absent')
  const compose = new DockerCompose(instance.tag)
  const viaDocker = absent.length > 0 && (await compose.isAvailable())

  const config = await chooseAllPorts(absent, options, viaDocker ? await compose.running() : new Set())
  const started = viaDocker ? await startByDocker(absent, compose, { ...options, config }) : []
  const rest = absent.filter(({ server }) => !started.some((outcome) => outcome.server === server))
  const outcomes = [
    ...first.filter((look) => look.kind !== 'absent'),
    ...started,
    ...(await startNatively(rest, { ...options, config })),
  ]

  for (const { server, kind } of outcomes) {
    if (kind === 'up') recordAddresses(instance.addressFile, server.environment(config), setByUser)
  }
  return { config, outcomes: servers.flatMap((server) => outcomes.filter((outcome) => outcome.server === server)) }
}

/** A server that has to be started, and what is known of whoever answers in its place. */
interface Absent {
  readonly server: Server
  readonly kind: 'absent'
  readonly occupant: string | undefined
}

async function lookAt(
  server: Server,
  { instance, config, setByUser, progress }: BringUpOptions,
): Promise<Outcome | Absent> {
  const answer = await server.probe(config)
  const isChosen = server.ports(config).some(({ key }) => setByUser.has(key))
  if (answer.kind === 'ready' && (isChosen || !instance.isOthers(answer.tag))) {
    progress.step(server.title).done(`${answer.version} already running at ${server.address(config)}`)
    return { server, kind: 'up', how: 'already running', version: answer.version }
  }
  if (!isLocal(server.host(config))) {
    const reason = answer.kind === 'refused' ? answer.reason : 'does not answer'
    return {
      server,
      kind: 'missing',
      reason: `${server.address(config)} ${reason}, and only a local one can be started`,
    }
  }
  // Ours, but on another port than the configured one, or stuck: it has to make room.
  await server.stopNative(instance)
  return { server, kind: 'absent', occupant: occupant(server, answer) }
}

function occupant(server: Server, answer: Answer): string | undefined {
  if (answer.kind === 'refused') return `a ${server.title} there ${answer.reason}`
  if (answer.kind === 'ready') return `the ${server.title} there belongs to another checkout`
  return undefined
}

export function isLocal(host: string): boolean {
  return ['127.0.0.1', 'localhost', '::1', '0.0.0.0'].includes(host)
}

async function chooseAllPorts(absent: readonly Absent[], options: BringUpOptions, containers: ReadonlySet<string>) {
  const reserved = new Set(options.servers.flatMap((server) => server.ports(options.config)).map(({ port }) => port))
  let config = options.config
  // One after the other: each has to know which ports the former ones took.
  for (const { server, occupant } of absent) {
    if (containers.has(server.name)) continue
    for (const { port } of server.ports(config)) reserved.delete(port)
    const choice = await choosePorts(server, config, { setByUser: options.setByUser, reserved, occupant })
    config = choice.config
    for (const move of choice.moves) options.progress.line(`  ${move}`)
  }
  return config
}

/** The servers that Docker could provide; the others, e.g. those whose image cannot be pulled, are left to the next way. */
async function startByDocker(
  absent: readonly Absent[],
  compose: DockerCompose,
  options: BringUpOptions,
): Promise<Outcome[]> {
  const { config, instance, progress } = options
  const servers = absent.map(({ server }) => server)
  const env = Object.assign({}, ...servers.map((server) => composeEnvironment(server, config, instance)))
  const step = progress.step('Docker')
  try {
    await compose.up(
      servers.map(({ name }) => name),
      env,
      step.note,
    )
    step.done('containers are up')
  } catch (error) {
    step.fail(error instanceof Error ? error.message : String(error))
  }
  const outcomes = await Promise.all(
    servers.map(async (server): Promise<Outcome | undefined> => {
      const answer = await server.probe(config)
      if (answer.kind !== 'ready') return undefined
      progress.step(server.title).done(`${answer.version} in Docker at ${server.address(config)}`)
      return { server, kind: 'up', how: 'docker', version: answer.version }
    }),
  )
  return outcomes.filter((outcome) => outcome !== undefined)
}

function composeEnvironment(server: Server, config: Config, instance: Instance) {
  return { ...server.environment(config), ...server.composeEnvironment(config, instance) }
}

async function startNatively(absent: readonly Absent[], options: BringUpOptions): Promise<Outcome[]> {
  await installMissing(
    absent.map(({ server }) => server),
    options.progress,
  )
  return Promise.all(absent.map(({ server }) => startOneNatively(server, options)))
}

async function startOneNatively(server: Server, options: BringUpOptions): Promise<Outcome> {
  const { config, instance, progress } = options
  const missing = server.missingPackages()
  const step = progress.step(server.title)
  if (missing.length > 0) {
    const reason = `neither Docker nor ${server.title} is on this machine. Start Docker, or: ${server.installHint}`
    step.fail(reason)
    return { server, kind: 'missing', reason }
  }
  try {
    await server.startNative({ config, instance, note: step.note })
    const version = await waitUntilReady(server, config, instance)
    step.done(`${version} started at ${server.address(config)}`)
    return { server, kind: 'up', how: 'native', version }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    step.fail(reason)
    return { server, kind: 'missing', reason }
  }
}

/** One run of the package manager for all servers. A failure shows again as packages that are still missing. */
async function installMissing(servers: readonly Server[], progress: Progress): Promise<void> {
  const packages = [...new Set(servers.flatMap((server) => server.missingPackages()))]
  if (packages.length === 0 || !canInstallPackages()) return
  const step = progress.step('packages')
  step.note(`installing ${packages.join(', ')}`)
  try {
    await installPackages(packages, step.note)
    step.done(`installed ${packages.join(', ')}`)
  } catch (error) {
    step.fail(error instanceof Error ? error.message : String(error))
  }
}

/** @throws when the process ends or its time is over, with the last line of its log */
export async function waitUntilReady(server: Server, config: Config, instance: Instance): Promise<string> {
  const deadline = Date.now() + server.startTimeoutMs
  while (Date.now() < deadline) {
    const answer = await server.probe(config)
    if (answer.kind === 'ready') return answer.version
    if ((await livingPid(instance.files(server.name))) === undefined) {
      throw new Error(`${server.title} ended while it started: ${lastLine(instance.files(server.name).logFile)}`)
    }
    await sleep(200)
  }
  throw new Error(`${server.title} does not answer: ${lastLine(instance.files(server.name).logFile)}`)
}

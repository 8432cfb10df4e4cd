import type { Config } from '@ecommerce/runtime/config'
import type { DockerCompose } from './docker-compose'
import type { Instance } from './instance'
import type { Step } from './progress'
import type { Outcome, Server } from './server'

export interface DockerStart {
  readonly compose: DockerCompose
  readonly config: Config
  readonly instance: Instance
  readonly step: Step
}

/**
 * Starts servers as containers together, because they share a network. Returns no outcome for a server that Docker
 * cannot provide, for example because its image cannot be pulled: the caller starts it natively.
 */
export async function startByDocker(servers: readonly Server[], start: DockerStart): Promise<Outcome[]> {
  const { compose, config, instance, step } = start
  const environment = Object.assign({}, ...servers.map((server) => composeEnvironment(server, config, instance)))
  const names = servers.map(({ name }) => name)
  try {
    step.note(`starting ${names.join(', ')}`)
    await compose.up(names, environment, step.note)
    step.done('containers are up')
  } catch (error) {
    step.fail(error instanceof Error ? error.message : String(error))
  }
  const running = await compose.running()
  const started = servers.filter(({ name }) => running.has(name))
  return (await Promise.all(started.map((server) => toOutcome(server, config)))).flat()
}

async function toOutcome(server: Server, config: Config): Promise<Outcome[]> {
  const result = await server.probe(config)
  if (result.kind === 'ready') return [{ server, kind: 'up', how: 'docker', version: result.version }]
  if (result.kind === 'silent') return []
  // The image sets the credentials only when it creates the data.
  const reason = `the container ${result.reason}: its data has older credentials. To delete it: npm run infra -- reset ${server.name}`
  return [{ server, kind: 'missing', reason }]
}

function composeEnvironment(server: Server, config: Config, instance: Instance): Readonly<Record<string, string>> {
  return { ...server.environment(config), ...server.composeEnvironment(config, instance) }
}

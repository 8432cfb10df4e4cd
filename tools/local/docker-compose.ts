import { join } from 'node:path'
import { type RunResult, run } from './run'
import type { ServerName } from './server'

const COMPOSE_FILE = join(import.meta.dirname, '..', '..', 'docker-compose.yml')

/** The Compose project of one instance: its containers, network and volumes. */
export class DockerCompose {
  private readonly project: string

  constructor(project: string) {
    this.project = project
  }

  /** Whether an engine responds and Compose is installed. Many machines have only the client. */
  async isAvailable(): Promise<boolean> {
    const engine = await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeoutMs: 5_000 })
    if (engine.code !== 0 || engine.stdout.trim() === '') return false
    return (await run('docker', ['compose', 'version'], { timeoutMs: 5_000 })).code === 0
  }

  /**
   * Starts services and waits until they are healthy.
   * @throws with the last line of the output of Compose
   */
  async up(
    services: readonly ServerName[],
    env: Readonly<Record<string, string>>,
    note: (text: string) => void,
  ): Promise<void> {
    let last = ''
    const onLine = (line: string) => {
      last = line
      note(line.slice(0, 100))
    }
    const result = await this.compose(['up', '--detach', '--wait', ...services], { env, onLine })
    if (result.code !== 0) throw new Error(`docker compose up: ${last}`)
  }

  /** The services with a running container, healthy or not. */
  async running(): Promise<ReadonlySet<string>> {
    const { stdout } = await this.compose(['ps', '--services', '--status', 'running'])
    return new Set(stdout.split('\n').filter((line) => line !== ''))
  }

  async stop(services: readonly ServerName[]): Promise<void> {
    await this.must(['stop', '--timeout', '60', ...services])
  }

  /** Deletes the containers and the data of these services. */
  async remove(services: readonly ServerName[]): Promise<void> {
    await this.must(['rm', '--stop', '--force', '--volumes', ...services])
    const volumes = services.map((service) => `${this.project}_${service}`)
    const existing = await run('docker', ['volume', 'ls', '--quiet'])
    for (const volume of existing.stdout.split('\n').filter((line) => volumes.includes(line))) {
      await run('docker', ['volume', 'rm', volume])
    }
  }

  async kill(service: ServerName): Promise<void> {
    await this.must(['kill', service])
  }

  async pause(service: ServerName): Promise<void> {
    await this.must(['pause', service])
  }

  async unpause(service: ServerName): Promise<void> {
    await this.must(['unpause', service])
  }

  async start(service: ServerName): Promise<void> {
    await this.must(['start', service])
  }

  async logs(service: ServerName, lines: number): Promise<string> {
    return (await this.compose(['logs', '--no-color', '--no-log-prefix', '--tail', String(lines), service])).stdout
  }

  private async must(args: readonly string[]): Promise<void> {
    const { code, stderr } = await this.compose(args)
    if (code !== 0) throw new Error(`docker compose ${args[0]}: ${stderr.trim().split('\n').at(-1)}`)
  }

  private compose(args: readonly string[], options: Parameters<typeof run>[2] = {}): Promise<RunResult> {
    return run('docker', ['compose', '--file', COMPOSE_FILE, '--project-name', this.project, ...args], options)
  }
}

import { readFile } from 'node:fs/promises'

/** `dist/manifest.json`: the parts of `serverless.yml` that the function host needs, because it has no framework. */
export interface Manifest {
  readonly service: string
  readonly region: string
  /** `<file>.<export>` of the hooks for the end of the process. */
  readonly lifecycle?: string
  /** The key of the function that responds to requests which the host refuses by itself. */
  readonly refusals?: string
  /** The services, one per container, by their name. */
  readonly services: Readonly<Record<string, ServiceDefinition>>
  /** The functions by their key in `serverless.yml`. */
  readonly functions: Readonly<Record<string, FunctionDefinition>>
}

export interface ServiceDefinition {
  /** Patterns of functions: `orders`, `orders/*` or `orders/get-order`. */
  readonly functions: readonly string[]
  /** The name of the setting with its port. */
  readonly portSetting: string
}

export interface FunctionDefinition {
  /** The name on AWS. */
  readonly name: string
  /** The folder of its file. */
  readonly group: string
  /** `<file>.<export>`, relative to the folder above the folder of the manifest. */
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memorySizeMb: number
  /** Route keys of an HTTP API: `GET /orders/{id}`, `ANY /{proxy+}`, `$default`. */
  readonly routes: readonly string[]
  readonly schedules: readonly Schedule[]
  /**
   * The `kafka`, `msk` and `rabbitmq` events of `serverless.yml`. `{KAFKA_TOPIC}` in a text refers to a setting of the
   * running process.
   */
  readonly eventSources: readonly Readonly<Record<string, unknown>>[]
}

export interface Schedule {
  readonly everyMs: number
  /** The event; without it, the event is that of EventBridge. */
  readonly input?: unknown
}

export async function readManifest(file: string): Promise<Manifest> {
  return JSON.parse(await readFile(file, 'utf8'))
}

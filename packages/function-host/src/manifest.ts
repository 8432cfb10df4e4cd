import { readFile } from 'node:fs/promises'

/** What the build has read out of `serverless.yml`, for a host that has no framework: `dist/manifest.json`. */
export interface Manifest {
  readonly service: string
  readonly region: string
  /** `<file>.<export>` of what is to know when the process ends. */
  readonly lifecycle?: string
  /** What one container serves, by the name of the service. */
  readonly services: Readonly<Record<string, ServiceDefinition>>
  /** By their key in `serverless.yml`. */
  readonly functions: Readonly<Record<string, FunctionDefinition>>
}

export interface ServiceDefinition {
  /** Patterns of functions: `orders`, `orders/*` or `orders/get-order`. */
  readonly functions: readonly string[]
  /** The name of the setting that has its port. */
  readonly portSetting: string
}

export interface FunctionDefinition {
  /** As it is called on AWS. */
  readonly name: string
  /** The folder of its file. */
  readonly group: string
  /** `<file>.<export>`, from the folder above that of the manifest. */
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memorySizeMb: number
  /** Route keys of an HTTP API: `GET /orders/{id}`, `ANY /{proxy+}`, `$default`. */
  readonly routes: readonly string[]
  readonly schedules: readonly Schedule[]
  /**
   * `kafka`, `msk` and `rabbitmq` events as `serverless.yml` has them. `{KAFKA_TOPIC}` in a text stands for a setting
   * of the running process.
   */
  readonly eventSources: readonly Readonly<Record<string, unknown>>[]
}

export interface Schedule {
  readonly everyMs: number
  /** The event; none: that of EventBridge. */
  readonly input?: unknown
}

export async function readManifest(file: string): Promise<Manifest> {
  return JSON.parse(await readFile(file, 'utf8'))
}

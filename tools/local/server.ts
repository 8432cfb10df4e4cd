import type { Config } from '@ecommerce/runtime/config'
import type { Instance } from './instance'

export const SERVER_NAMES = ['mysql', 'kafka', 'rabbitmq'] as const
export type ServerName = (typeof SERVER_NAMES)[number]

/** What an address answers to somebody who comes with the configured credentials. */
export type Answer =
  | { readonly kind: 'ready'; readonly version: string; readonly tag: string | undefined }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'silent' }

/** A port of a server and the variable that sets it. */
export interface ServerPort {
  readonly key: keyof Config
  readonly port: number
}

export interface NativeStart {
  readonly config: Config
  readonly instance: Instance
  /** Says what is going on. */
  readonly note: (text: string) => void
}

export type How = 'already running' | 'docker' | 'native'

/** What became of the wish to have a server. */
export type Outcome =
  | { readonly server: Server; readonly kind: 'up'; readonly how: How; readonly version: string }
  | { readonly server: Server; readonly kind: 'missing'; readonly reason: string }

/** What the orchestration needs to know of one server; it knows nothing else about MySQL, Kafka or RabbitMQ. */
export interface Server {
  /** Also the service in docker-compose.yml and the folder of the instance. */
  readonly name: ServerName
  readonly title: string
  /** How long a healthy start may take, with recovery after a crash. */
  readonly startTimeoutMs: number

  host(config: Config): string
  /** For people: no credentials. */
  address(config: Config): string
  ports(config: Config): readonly ServerPort[]
  /** The same configuration with other ports, in the order of `ports`. */
  withPorts(config: Config, ports: readonly number[]): Config
  /** The settings that carry the address, as environment variables. */
  environment(config: Config): Readonly<Record<string, string>>
  /** What docker-compose.yml wants to know beside `environment`. */
  composeEnvironment(config: Config, instance: Instance): Readonly<Record<string, string>>

  /** Never throws: an address that does not answer is an answer. */
  probe(config: Config): Promise<Answer>

  /** Debian packages that a native start still needs on this machine; none when it is all there. */
  missingPackages(): readonly string[]
  /** One command that provides the server on other systems. */
  readonly installHint: string
  /** Spawns the server; returns before it answers. */
  startNative(start: NativeStart): Promise<void>
  /** Ends everything `startNative` spawned, so that the next start needs no recovery. */
  stopNative(instance: Instance): Promise<boolean>
}

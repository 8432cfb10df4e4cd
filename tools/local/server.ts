import type { Config } from '@ecommerce/runtime/config'
import type { Instance } from './instance'

export const SERVER_NAMES = ['mysql', 'kafka', 'rabbitmq'] as const
export type ServerName = (typeof SERVER_NAMES)[number]

/** The result of a connection attempt with the configured credentials. */
export type ProbeResult =
  | { readonly kind: 'ready'; readonly version: string; readonly tag: string | undefined }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'silent' }

/** A port of a server and the variable that sets it. */
export interface ServerPort {
  readonly key: keyof Config
  readonly port: number
}

/** The ports of a server whose clients connect through a proxy. The port in the settings stays open for tools. */
export interface PortsBehindProxy {
  /** Where the server listens for the proxy. */
  readonly listen: number
  /** The port of the proxy, which the server gives to its clients as its own. */
  readonly advertise: number
}

export interface NativeStart {
  readonly config: Config
  readonly instance: Instance
  /** Only for a server that gives its address to its clients, which is Kafka. */
  readonly behindProxy?: PortsBehindProxy
  /** Shows the current activity. */
  readonly note: (text: string) => void
}

export type How = 'already running' | 'docker' | 'native'

/** Whether a server is available, and why not. */
export type Outcome =
  | { readonly server: Server; readonly kind: 'up'; readonly how: How; readonly version: string }
  | { readonly server: Server; readonly kind: 'missing'; readonly reason: string }

/** Everything that the orchestration knows about one kind of server. */
export interface Server {
  /** Also the name of the service in docker-compose.yml and of the folder in the instance. */
  readonly name: ServerName
  readonly title: string
  /** The limit for a start, including recovery after a crash. */
  readonly startTimeoutMs: number

  host(config: Config): string
  /** For display: without credentials. */
  address(config: Config): string
  ports(config: Config): readonly ServerPort[]
  /** The same configuration with other ports, in the order of `ports`. */
  withPorts(config: Config, ports: readonly number[]): Config
  /** The address as environment variables. */
  environment(config: Config): Readonly<Record<string, string>>
  /** The variables of docker-compose.yml besides `environment`. */
  composeEnvironment(config: Config, instance: Instance): Readonly<Record<string, string>>

  /** Never throws: an address that does not respond is a result. */
  probe(config: Config): Promise<ProbeResult>

  /** The Debian packages that a native start needs and this machine does not have. */
  missingPackages(): readonly string[]
  /** A command that installs the server on macOS. */
  readonly installHint: string
  /** Spawns the server; resolves before it accepts connections. */
  startNative(start: NativeStart): Promise<void>
  /** Stops the server cleanly, so that the next start needs no recovery. @returns whether it was running */
  stopNative(instance: Instance): Promise<boolean>
}

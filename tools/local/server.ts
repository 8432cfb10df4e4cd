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

/** One process of a server, in a folder of the instance. */
export interface ServerPart {
  readonly title: string
  /** The name of its folder in the instance. */
  readonly folder: string
  readonly address: string
  probe(): Promise<ProbeResult>
}

/** Everything that the orchestration knows about one kind of server. */
export interface Server {
  /** Also the name of the service in docker-compose.yml. */
  readonly name: ServerName
  readonly title: string
  /** 1, or the number of nodes of a cluster. A cluster always runs natively. */
  readonly nodes: number
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

  /** Never throws: an address that does not respond is a result. A cluster is ready when all of its nodes are. */
  probe(config: Config): Promise<ProbeResult>
  /** The processes of a native server: one, or one for each node. */
  parts(config: Config): readonly ServerPart[]

  /** The Debian packages that a native start needs and this machine does not have. */
  missingPackages(): readonly string[]
  /** A command that installs the server on macOS. */
  readonly installHint: string
  /** Spawns the server; resolves before it accepts connections. */
  startNative(start: NativeStart): Promise<void>
  /**
   * Stops the nodes of a cluster in favour of the single server, or the single server in favour of the cluster. They use
   * the same ports, but different data. @returns whether one was running
   */
  stopOtherForm(instance: Instance): Promise<boolean>
  /**
   * Stops the processes of this server that do not respond.
   * @returns whether some nodes of the cluster keep running, at the configured ports
   */
  stopStale(instance: Instance, config: Config): Promise<boolean>
  /** Stops the single server and the cluster cleanly, so that the next start needs no recovery. @returns whether one was running */
  stopNative(instance: Instance): Promise<boolean>
}

/** The only process of a server that is no cluster. */
export function singlePart(server: Server, config: Config): ServerPart {
  const { name, title } = server
  return { title, folder: name, address: server.address(config), probe: () => server.probe(config) }
}

/** The parts of the Serverless Framework (osls 4, serverless 3 and 4) that this plugin uses. */
export interface Serverless {
  readonly config?: { readonly servicePath?: string }
  readonly service: ServerlessService
  readonly configSchemaHandler: {
    defineFunctionEventProperties(provider: string, event: string, schema: object): void
  }
  readonly classes: { readonly Error: new (message: string, code?: string) => Error }
  getProvider(name: 'aws'): { readonly naming: EventNaming }
}

export interface ServerlessService {
  readonly service: string
  readonly custom?: Readonly<Record<string, unknown>>
  readonly resources?: unknown
  readonly package?: { readonly artifact?: string | undefined }
  readonly provider: {
    readonly name?: string
    readonly region?: string
    readonly stage?: string
    readonly runtime?: string
    readonly timeout?: number
    readonly compiledCloudFormationTemplate?: CloudFormationTemplate
  }
  getAllFunctions(): string[]
  getFunction(key: string): FunctionDefinition
}

export interface FunctionDefinition {
  /** The deployed name: `<service>-<stage>-<key>` unless it is set. */
  readonly name?: string
  readonly handler?: string
  readonly runtime?: string
  readonly package?: { readonly artifact?: string | undefined }
  readonly environment?: Readonly<Record<string, unknown>>
  /** In seconds. */
  readonly timeout?: number
  /** The limit of invocations at the same time. 0: none. */
  readonly reservedConcurrency?: number
  readonly events?: readonly unknown[]
}

export interface EventNaming {
  getKafkaEventLogicalId(functionKey: string, topic: string): string
  getMSKEventLogicalId(functionKey: string, cluster: string, topic: string): string
  getRabbitMQEventLogicalId(functionKey: string, queue: string): string
}

export interface CloudFormationTemplate {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>
}

/** The log that the framework gives to plugins. */
export interface ServerlessLog {
  notice(message: string): void
  info(message: string): void
  warning(message: string): void
  error(message: string): void
}

import { FilterPatternError } from '../filter/filter-operators'
import type { FilteredMember, FilterPattern } from '../filter/filter-pattern'
import { compileFilters } from '../filter/filter-pattern'
import type { Section } from './section'

const DEFAULT_WINDOW_MS = 500
/** AWS allows 5 filters, and up to 10 on request. */
const DEFAULT_FILTER_QUOTA = 5
const FILTER_LIMIT = 10

/** Properties of AWS that `serverless.yml` may contain, now or in future, and that are not emulated. */
export const NOT_EMULATED: ReadonlyMap<string, string> = new Map([
  ['consumptionMode', 'is not emulated: the Kafka client has no share groups, so a topic cannot be read as a queue'],
  ['schemaRegistryConfig', 'is not emulated: records are not validated against a schema registry, nor decoded with it'],
  ['pollerGroupName', 'is not emulated: pollers share no capacity here'],
  ['kmsKeyArn', 'is not emulated: filter patterns are not encrypted here'],
  ['metricsConfig', 'is not emulated: the state endpoint shows the counts of a mapping'],
  ['scalingConfig', 'is not emulated: AWS has it for SQS only'],
  ['eventRecordFormat', 'is not emulated: records are delivered as they are'],
  ['schemaValidationConfigs', 'is not emulated: records are not validated against a schema registry'],
  ['topics', 'is not emulated: declare one event for each topic'],
  ['queues', 'is not emulated: declare one event for each queue'],
  ['loggingConfig', 'is not emulated: pollers log through the framework'],
])

export interface CommonProperties {
  readonly enabled: boolean
  readonly batchSize: number
  readonly batchWindowMs: number
  readonly filters: readonly FilterPattern[]
}

/** The properties that all events have, with the defaults of AWS. */
export function readCommonProperties(event: Section, filteredMember: FilteredMember): CommonProperties {
  const windowSeconds = event.integer('maximumBatchingWindow', { min: 0, max: 300 })
  return {
    enabled: event.boolean('enabled') ?? true,
    batchSize: event.integer('batchSize', { min: 1, max: 10_000 }) ?? 100,
    batchWindowMs: windowSeconds === undefined ? DEFAULT_WINDOW_MS : windowSeconds * 1000,
    filters: readFilters(event, filteredMember),
  }
}

function readFilters(event: Section, member: FilteredMember): readonly FilterPattern[] {
  const value = event.get('filterPatterns') ?? []
  if (!Array.isArray(value) || !value.every(isPattern)) {
    return event.refuse('filterPatterns', 'is not a list of objects') ?? []
  }
  if (value.length > FILTER_LIMIT) event.refuse('filterPatterns', `has more than ${FILTER_LIMIT} patterns`)
  else if (value.length > DEFAULT_FILTER_QUOTA) {
    event.warn(
      'filterPatterns',
      `has more than ${DEFAULT_FILTER_QUOTA} patterns: AWS allows that only with an increased quota`,
    )
  }
  try {
    compileFilters(value, member)
  } catch (error) {
    if (!(error instanceof FilterPatternError)) throw error
    event.refuse(error.path, error.problem)
  }
  return value
}

/** For an ARN that CloudFormation would resolve (`Ref`, `Fn::ImportValue`), a placeholder with the name in it. */
export function readArn(event: Section, placeholderOf: (name: string) => string): string {
  const arn = event.get('arn')
  if (typeof arn === 'string') return arn
  if (typeof arn !== 'object' || arn === null) return event.refuse('arn', 'is missing') ?? ''
  const [name]: readonly unknown[] = Object.values(arn)
  return placeholderOf(typeof name === 'string' ? name.replaceAll(/[^\w-]+/g, '-') : 'local')
}

function isPattern(value: unknown): value is FilterPattern {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The part of an MSK ARN that names the cluster, or the name that CloudFormation resolves. As in the framework. */
export function clusterToken(arn: unknown): string {
  const reference = typeof arn === 'object' && arn !== null ? Object.values(arn)[0] : undefined
  return typeof reference === 'string' ? reference : (String(arn).split('/')[1] ?? '')
}

import { FilterPatternError } from '../filter/filter-operators'
import type { FilteredMember, FilterPattern } from '../filter/filter-pattern'
import { compileFilters } from '../filter/filter-pattern'
import type { Section } from './section'

/** Half a second, unless the event says otherwise. */
const DEFAULT_WINDOW_MS = 500
/** AWS has 5 filters, and up to 10 on request. */
const DEFAULT_FILTER_QUOTA = 5
const FILTER_LIMIT = 10

/** What AWS has, `serverless.yml` may come to have, and this does not do. */
export const NOT_EMULATED: ReadonlyMap<string, string> = new Map([
  ['consumptionMode', 'is not emulated: the Kafka client has no share groups, so a topic cannot be read as a queue'],
  ['schemaRegistryConfig', 'is not emulated: records are not validated against a schema registry, nor decoded by it'],
  ['pollerGroupName', 'is not emulated: pollers share no capacity here'],
  ['kmsKeyArn', 'is not emulated: filter patterns are read as they are written'],
  ['metricsConfig', 'is not emulated: the counts of a mapping are at the state endpoint'],
  ['loggingConfig', 'is not emulated: pollers log through the framework'],
])

export interface CommonProperties {
  readonly enabled: boolean
  readonly batchSize: number
  readonly batchWindowMs: number
  readonly filters: readonly FilterPattern[]
}

/** What every event has, with the defaults of AWS. */
export function readCommonProperties(event: Section, filteredMember: FilteredMember): CommonProperties {
  const windowSeconds = event.integer('maximumBatchingWindow', { least: 0, most: 300 })
  return {
    enabled: event.boolean('enabled') ?? true,
    batchSize: event.integer('batchSize', { least: 1, most: 10_000 }) ?? 100,
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
    event.warn('filterPatterns', `has more than ${DEFAULT_FILTER_QUOTA} patterns: on AWS that needs a larger quota`)
  }
  try {
    compileFilters(value, member)
  } catch (error) {
    if (!(error instanceof FilterPatternError)) throw error
    event.refuse(error.path, error.problem)
  }
  return value
}

/** Where CloudFormation is to find the ARN (`Ref`, `Fn::ImportValue`), one that tells its name stands in for it. */
export function readArn(event: Section, standIn: (name: string) => string): string {
  const arn = event.get('arn')
  if (typeof arn === 'string') return arn
  if (typeof arn !== 'object' || arn === null) return event.refuse('arn', 'is missing') ?? ''
  const [name]: readonly unknown[] = Object.values(arn)
  return standIn(typeof name === 'string' ? name.replaceAll(/[^\w-]+/g, '-') : 'local')
}

function isPattern(value: unknown): value is FilterPattern {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

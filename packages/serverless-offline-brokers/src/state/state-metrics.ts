import type { MappingState } from '../event-source-mapping'

interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  /** The values of one mapping, with their labels. Those of the mapping itself are added. */
  readonly samples: (state: MappingState) => readonly Sample[]
}

type Labels = Readonly<Record<string, string>>
type Sample = readonly [labels: Labels, value: number]

const STATUSES: readonly MappingState['status'][] = [
  'disabled',
  'connecting',
  'running',
  'reconnecting',
  'stopping',
  'stopped',
]

const FAMILIES: readonly Family[] = [
  counter('batches_total', 'Invocations of the function', ({ batches }) => batches),
  counter('records_total', 'Records that the function was invoked with', ({ records }) => records),
  counter('filtered_records_total', 'Records that no filter matched', ({ filteredRecords }) => filteredRecords),
  counter('failures_total', 'Invocations that failed, or reported failed items', ({ failures }) => failures),
  counter('retries_total', 'Batches that were retried', ({ retries }) => retries),
  counter('discarded_records_total', 'Records that were discarded', ({ discardedRecords }) => discardedRecords),
  gauge('in_flight_batches', 'Batches in flight', ({ inFlightBatches }) => [[{}, inFlightBatches]]),
  gauge('in_flight_records', 'Records in flight', ({ inFlightRecords }) => [[{}, inFlightRecords]]),
  gauge('queue_messages', 'RabbitMQ: messages ready in the queue', ({ queueDepth }) =>
    queueDepth === undefined ? [] : [[{}, queueDepth]],
  ),
  gauge('lag', 'Kafka: records between the committed offset and the end of an assigned partition', ({ lag = {} }) =>
    Object.entries(lag).map(([partition, records]) => [{ partition }, records]),
  ),
  gauge('status', '1 for the current status of the mapping, 0 for all others', (state) =>
    STATUSES.map((status) => [{ status }, state.status === status ? 1 : 0]),
  ),
]

function counter(name: string, help: string, read: (state: MappingState) => number): Family {
  return { name, type: 'counter', help, samples: (state) => [[{}, read(state)]] }
}

function gauge(name: string, help: string, samples: Family['samples']): Family {
  return { name, type: 'gauge', help, samples }
}

/** The state of the mappings in the text format of Prometheus. */
export function toPrometheusText(states: readonly MappingState[]): string {
  return FAMILIES.map((family) => toText(family, states)).join('')
}

function toText({ name, type, help, samples }: Family, states: readonly MappingState[]): string {
  const fullName = `event_source_${name}`
  const lines = states.flatMap((state) =>
    samples(state).map(([labels, value]) => {
      const all = { mapping: state.name, function: state.functionKey, ...labels }
      return `${fullName}{${toLabels(all)}} ${value}\n`
    }),
  )
  return `# HELP ${fullName} ${help}\n# TYPE ${fullName} ${type}\n${lines.join('')}`
}

function toLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, text]) => `${name}="${escapeText(text)}"`)
    .join(',')
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

import { queryWithin } from '../dependency'
import type { GaugeName, LabelsOf } from './catalogue'

/** The value of a gauge at one moment. */
export interface Sample<Name extends GaugeName = GaugeName> {
  readonly name: Name
  readonly labels: LabelsOf<Name>
  readonly value: number
}

/** Creates a sample. The labels must be those of the gauge. */
export function sample<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): Sample {
  return { name, labels, value } as Sample
}

/** A server or pool that is queried for the values of gauges. */
export interface GaugeSource {
  readonly name: string
  readonly measure: () => Promise<readonly Sample[]>
}

export interface MeasuredGaugesOptions {
  /** The deadline of each source. */
  readonly withinMs: number
  /** A source is queried at most once in this time. */
  readonly intervalMs: number
  /** Milliseconds, from any origin. */
  readonly clock: () => number
  readonly onFailure: (source: string) => void
}

/** Measures gauges on demand. A source that fails has no gauges, and does not affect the others. */
export class MeasuredGauges {
  #measuredAt = Number.NEGATIVE_INFINITY
  #samples: Promise<readonly Sample[]> = Promise.resolve([])
  /** The running query of each source. A source that hangs is not queried again. */
  readonly #pending = new Map<GaugeSource, Promise<readonly Sample[]>>()

  constructor(
    private readonly sources: readonly GaugeSource[],
    private readonly options: MeasuredGaugesOptions,
  ) {}

  /** Never rejects. */
  measure(): Promise<readonly Sample[]> {
    const now = this.options.clock()
    if (now - this.#measuredAt >= this.options.intervalMs) {
      this.#measuredAt = now
      this.#samples = Promise.all(this.sources.map((source) => this.#query(source))).then((samples) => samples.flat())
    }
    return this.#samples
  }

  async #query(source: GaugeSource): Promise<readonly Sample[]> {
    const result = await queryWithin(this.options.withinMs, () => this.#start(source))
    if (result.status === 'up') return result.value
    this.options.onFailure(source.name)
    return []
  }

  #start(source: GaugeSource): Promise<readonly Sample[]> {
    const pending = this.#pending.get(source)
    if (pending) return pending
    const measuring = source.measure()
    this.#pending.set(source, measuring)
    const end = () => this.#pending.delete(source)
    measuring.then(end, end)
    return measuring
  }
}

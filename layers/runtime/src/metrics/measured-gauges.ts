import { askWithin } from '../dependency'
import type { GaugeName, LabelsOf } from './catalogue'

/** The value of a gauge at one moment. */
export interface Sample<Name extends GaugeName = GaugeName> {
  readonly name: Name
  readonly labels: LabelsOf<Name>
  readonly value: number
}

/** Makes a sample whose labels are those of its gauge. */
export function sample<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): Sample {
  return { name, labels, value } as Sample
}

/** Something that knows gauges and has to be asked for them. */
export interface GaugeSource {
  readonly name: string
  readonly measure: () => Promise<readonly Sample[]>
}

export interface MeasuredGaugesOptions {
  /** For each source. */
  readonly withinMs: number
  /** Whoever asks, however often: a source is asked no more than once in this time. */
  readonly intervalMs: number
  /** Milliseconds, from any origin. */
  readonly clock: () => number
  readonly onFailure: (source: string) => void
}

/** Gauges that are measured when somebody wants to know. A source that fails has none, and keeps no other from its own. */
export class MeasuredGauges {
  #measuredAt = Number.NEGATIVE_INFINITY
  #samples: Promise<readonly Sample[]> = Promise.resolve([])
  /** What a source is still busy with: one that hangs is not asked again meanwhile. */
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
      this.#samples = Promise.all(this.sources.map((source) => this.#ask(source))).then((samples) => samples.flat())
    }
    return this.#samples
  }

  async #ask(source: GaugeSource): Promise<readonly Sample[]> {
    const answer = await askWithin(this.options.withinMs, () => this.#begin(source))
    if (answer.status === 'up') return answer.value
    this.options.onFailure(source.name)
    return []
  }

  #begin(source: GaugeSource): Promise<readonly Sample[]> {
    const pending = this.#pending.get(source)
    if (pending) return pending
    const measuring = source.measure()
    this.#pending.set(source, measuring)
    const end = () => this.#pending.delete(source)
    measuring.then(end, end)
    return measuring
  }
}

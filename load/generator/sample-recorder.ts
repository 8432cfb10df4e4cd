import { REQUEST_KINDS, type Sample } from '../load-plan'
import { OUTCOMES, orderIdAt, type SampleColumns } from './samples'

const FIRST_CAPACITY = 1024
const ID_BYTES = 36
/** What a server makes up beyond so many causes is told apart no further. */
const MAX_CAUSES = 254
const OTHER_CAUSE = 'other'

type Numbers = Float64Array | Uint8Array | Uint32Array

/** Columns that grow by doubling. */
export class SampleRecorder {
  #count = 0
  #kinds = new Uint8Array(FIRST_CAPACITY)
  #outcomes = new Uint8Array(FIRST_CAPACITY)
  #dueUs = new Float64Array(FIRST_CAPACITY)
  #takenUs = new Float64Array(FIRST_CAPACITY)
  #sentUs = new Float64Array(FIRST_CAPACITY)
  #doneUs = new Float64Array(FIRST_CAPACITY)
  #idEnds = new Uint32Array(FIRST_CAPACITY)
  #causes = new Uint8Array(FIRST_CAPACITY)
  #ids = Buffer.alloc(FIRST_CAPACITY * ID_BYTES)
  #idsEnd = 0
  readonly #causeNames: string[] = []

  /** @returns the number of the sample, by which `orderId` finds it */
  record(sample: Sample & { readonly takenUs: number }): number {
    const index = this.#count
    if (index === this.#dueUs.length) this.#grow()
    this.#kinds[index] = REQUEST_KINDS.indexOf(sample.kind)
    this.#outcomes[index] = OUTCOMES.indexOf(sample.outcome)
    this.#dueUs[index] = sample.dueUs
    this.#takenUs[index] = sample.takenUs
    this.#sentUs[index] = sample.sentUs
    this.#doneUs[index] = sample.doneUs
    if (sample.orderId !== undefined) this.#append(sample.orderId)
    this.#idEnds[index] = this.#idsEnd
    this.#causes[index] = sample.cause === undefined ? 0 : this.#causeNumber(sample.cause)
    this.#count++
    return index
  }

  /** Empty when the sample has none. */
  orderId(index: number): string {
    return orderIdAt({ ids: this.#ids, idEnds: this.#idEnds }, index)
  }

  /** Without a copy: record nothing more. */
  finish(): SampleColumns {
    return {
      count: this.#count,
      kinds: this.#kinds,
      outcomes: this.#outcomes,
      dueUs: this.#dueUs,
      takenUs: this.#takenUs,
      sentUs: this.#sentUs,
      doneUs: this.#doneUs,
      ids: this.#ids,
      idEnds: this.#idEnds,
      causes: this.#causes,
      causeNames: this.#causeNames,
    }
  }

  #append(orderId: string): void {
    if (this.#idsEnd + orderId.length > this.#ids.length) {
      const longer = Buffer.alloc((this.#ids.length + orderId.length) * 2)
      this.#ids.copy(longer)
      this.#ids = longer
    }
    this.#idsEnd += this.#ids.write(orderId, this.#idsEnd, 'latin1')
  }

  #causeNumber(cause: string): number {
    const known = this.#causeNames.indexOf(cause)
    if (known >= 0) return known + 1
    if (this.#causeNames.length >= MAX_CAUSES && cause !== OTHER_CAUSE) return this.#causeNumber(OTHER_CAUSE)
    return this.#causeNames.push(cause)
  }

  #grow(): void {
    this.#kinds = doubled(this.#kinds)
    this.#outcomes = doubled(this.#outcomes)
    this.#dueUs = doubled(this.#dueUs)
    this.#takenUs = doubled(this.#takenUs)
    this.#sentUs = doubled(this.#sentUs)
    this.#doneUs = doubled(this.#doneUs)
    this.#idEnds = doubled(this.#idEnds)
    this.#causes = doubled(this.#causes)
  }
}

function doubled<Column extends Numbers>(column: Column): Column {
  // The constructor of a typed array is not known to make its own kind.
  const longer = new (column.constructor as new (length: number) => Column)(column.length * 2)
  longer.set(column)
  return longer
}

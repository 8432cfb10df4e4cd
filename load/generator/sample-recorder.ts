import { REQUEST_KINDS, type Sample } from '../load-plan'
import { OUTCOMES, orderIdAt, type SampleColumns } from './samples'

const FIRST_CAPACITY = 1024
const ID_BYTES = 36
/** Causes beyond this limit are counted as `other`. */
const MAX_CAUSES = 254
const OTHER_CAUSE = 'other'

type Numbers = Float64Array | Uint8Array | Uint16Array | Uint32Array

/** Records samples in columns that double their capacity on demand. */
export class SampleRecorder {
  #count = 0
  #kinds = new Uint8Array(FIRST_CAPACITY)
  #outcomes = new Uint8Array(FIRST_CAPACITY)
  #dueUs = new Float64Array(FIRST_CAPACITY)
  #startedUs = new Float64Array(FIRST_CAPACITY)
  #sentUs = new Float64Array(FIRST_CAPACITY)
  #doneUs = new Float64Array(FIRST_CAPACITY)
  #statuses = new Uint16Array(FIRST_CAPACITY)
  #idEnds = new Uint32Array(FIRST_CAPACITY)
  #causes = new Uint8Array(FIRST_CAPACITY)
  #ids = Buffer.alloc(FIRST_CAPACITY * ID_BYTES)
  #idsEnd = 0
  readonly #causeNames: string[] = []

  /** @returns the number of the sample, for `orderId` */
  record(sample: Sample & { readonly startedUs: number }): number {
    const index = this.#count
    if (index === this.#dueUs.length) this.#grow()
    this.#kinds[index] = REQUEST_KINDS.indexOf(sample.kind)
    this.#outcomes[index] = OUTCOMES.indexOf(sample.outcome)
    this.#dueUs[index] = sample.dueUs
    this.#startedUs[index] = sample.startedUs
    this.#sentUs[index] = sample.sentUs
    this.#doneUs[index] = sample.doneUs
    this.#statuses[index] = sample.status ?? 0
    if (sample.orderId !== undefined) this.#append(sample.orderId)
    this.#idEnds[index] = this.#idsEnd
    this.#causes[index] = sample.cause === undefined ? 0 : this.#causeNumber(sample.cause)
    this.#count++
    return index
  }

  /** Empty if the sample has no order id. */
  orderId(index: number): string {
    return orderIdAt({ ids: this.#ids, idEnds: this.#idEnds }, index)
  }

  /** Returns the columns without a copy. Record no more samples afterwards. */
  finish(): SampleColumns {
    return {
      count: this.#count,
      kinds: this.#kinds,
      outcomes: this.#outcomes,
      dueUs: this.#dueUs,
      startedUs: this.#startedUs,
      sentUs: this.#sentUs,
      doneUs: this.#doneUs,
      statuses: this.#statuses,
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
    this.#startedUs = doubled(this.#startedUs)
    this.#sentUs = doubled(this.#sentUs)
    this.#doneUs = doubled(this.#doneUs)
    this.#statuses = doubled(this.#statuses)
    this.#idEnds = doubled(this.#idEnds)
    this.#causes = doubled(this.#causes)
  }
}

function doubled<Column extends Numbers>(column: Column): Column {
  // The compiler does not know that the constructor of a typed array creates the same type.
  const longer = new (column.constructor as new (length: number) => Column)(column.length * 2)
  longer.set(column)
  return longer
}

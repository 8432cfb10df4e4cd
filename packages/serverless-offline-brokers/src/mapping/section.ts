import type { Findings } from './findings'

interface Range {
  readonly least: number
  readonly most: number
}

/**
 * One object of `serverless.yml`, read member by member. A value of a wrong kind is refused by its place and counts as
 * absent, so that reading goes on and finds the rest. Numbers and truth values may be text, as `${env:...}` gives them.
 */
export class Section {
  readonly #path: string
  readonly #members: Readonly<Record<string, unknown>>
  readonly #findings: Findings
  readonly #seen = new Set<string>()

  constructor(value: unknown, path: string, findings: Findings) {
    this.#path = path
    this.#findings = findings
    this.#members = isObject(value) ? value : {}
    if (value !== undefined && value !== null && !isObject(value)) findings.refuse(path, 'is not an object')
  }

  /** Undefined if absent, null or empty text: what an unset variable of the environment becomes. */
  get(name: string): unknown {
    this.#seen.add(name)
    const value = Object.hasOwn(this.#members, name) ? this.#members[name] : undefined
    return value === null || value === '' ? undefined : value
  }

  integer(name: string, { least, most }: Range): number | undefined {
    const value = this.get(name)
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
    if (number === undefined) return undefined
    if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) return number
    return this.refuse(name, `is not a whole number from ${least} to ${most}`)
  }

  boolean(name: string): boolean | undefined {
    const value = this.get(name)
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
    return value === undefined ? undefined : this.refuse(name, 'is neither true nor false')
  }

  string(name: string): string | undefined {
    const value = this.get(name)
    if (value === undefined || typeof value === 'string') return value
    return this.refuse(name, 'is not a text')
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.get(name)
    const choice = choices.find((each) => each === value)
    if (value === undefined || choice !== undefined) return choice
    return this.refuse(name, `is none of ${choices.join(', ')}`)
  }

  /** A list of texts, or one text with commas. */
  strings(name: string): readonly string[] | undefined {
    const value = this.get(name)
    if (value === undefined) return undefined
    const list: unknown = typeof value === 'string' ? value.split(',').map((each) => each.trim()) : value
    if (Array.isArray(list) && list.length > 0 && list.every(isText)) return list
    return this.refuse(name, 'is not a list of texts')
  }

  section(name: string): Section {
    return new Section(this.get(name), this.placeOf(name), this.#findings)
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  names(): readonly string[] {
    return Object.keys(this.#members)
  }

  placeOf(name: string): string {
    return `${this.#path}.${name}`
  }

  refuse(name: string, problem: string): undefined {
    this.#findings.refuse(this.placeOf(name), problem)
  }

  warn(name: string, problem: string): void {
    this.#findings.warn(this.placeOf(name), problem)
  }

  /** Every member that nothing has asked for. */
  refuseRest(problem: (name: string) => string): void {
    for (const name of this.names()) if (!this.#seen.has(name)) this.refuse(name, problem(name))
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

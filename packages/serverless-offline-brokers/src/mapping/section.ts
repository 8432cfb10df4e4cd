import { readFileSync } from 'node:fs'
import type { Findings } from './findings'

interface Range {
  readonly min: number
  readonly max: number
}

/**
 * Reads one object of `serverless.yml`, member by member. A value of a wrong type is refused with its path and then
 * counts as absent, so that reading continues and finds all problems. Numbers and booleans may be strings, because
 * `${env:...}` yields strings.
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

  /** Undefined when it is absent, null or an empty string. An unset environment variable becomes an empty string. */
  get(name: string): unknown {
    this.#seen.add(name)
    const value = Object.hasOwn(this.#members, name) ? this.#members[name] : undefined
    return value === null || value === '' ? undefined : value
  }

  integer(name: string, { min, max }: Range): number | undefined {
    const value = this.get(name)
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
    if (number === undefined) return undefined
    if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number
    return this.refuse(name, `is not an integer from ${min} to ${max}`)
  }

  boolean(name: string): boolean | undefined {
    const value = this.get(name)
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
    return value === undefined ? undefined : this.refuse(name, 'is not a boolean')
  }

  string(name: string): string | undefined {
    const value = this.get(name)
    if (value === undefined || typeof value === 'string') return value
    return this.refuse(name, 'is not a string')
  }

  /** The content of a PEM file, or the path of one. */
  pem(name: string): string | undefined {
    const value = this.string(name)
    if (value === undefined || value.includes('-----BEGIN ')) return value
    try {
      return readFileSync(value, 'utf8')
    } catch {
      return this.refuse(name, 'is neither the content of a PEM file nor the path of one')
    }
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.get(name)
    const choice = choices.find((each) => each === value)
    if (value === undefined || choice !== undefined) return choice
    return this.refuse(name, `is not one of ${choices.join(', ')}`)
  }

  /** A list of strings, or one string with commas. */
  strings(name: string): readonly string[] | undefined {
    const value = this.get(name)
    if (value === undefined) return undefined
    const list: unknown = typeof value === 'string' ? value.split(',').map((each) => each.trim()) : value
    if (Array.isArray(list) && list.length > 0 && list.every(isNonEmptyString)) return list
    return this.refuse(name, 'is not a list of strings')
  }

  section(name: string): Section {
    return new Section(this.get(name), this.pathOf(name), this.#findings)
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  names(): readonly string[] {
    return Object.keys(this.#members)
  }

  pathOf(name: string): string {
    return `${this.#path}.${name}`
  }

  refuse(name: string, problem: string): undefined {
    this.#findings.refuse(this.pathOf(name), problem)
  }

  warn(name: string, problem: string): void {
    this.#findings.warn(this.pathOf(name), problem)
  }

  /** Refuses every member that was not read. */
  refuseRest(problem: (name: string) => string): void {
    for (const name of this.names()) if (!this.#seen.has(name)) this.refuse(name, problem(name))
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

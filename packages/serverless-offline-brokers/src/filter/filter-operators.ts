import { taggedNumber, taggedString } from './tagged-json'

/** A pattern without a documented meaning. */
export class FilterPatternError extends Error {
  readonly code = 'FILTER_PATTERN_INVALID'

  /** Starts with `filterPatterns`. */
  readonly path: string
  readonly problem: string

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`)
    this.name = 'FilterPatternError'
    this.path = path
    this.problem = problem
  }
}

/** A value in the form of `parseTaggedJson`. */
export type Leaf = string | boolean | null

type LeafMatcher = (leaf: Leaf) => boolean

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Compiles one rule of a list: a value to equal, or an operator. */
export function compileRule(rule: unknown, path: string): LeafMatcher {
  if (!isObject(rule)) {
    const expected = toLeaf(rule, path)
    return (leaf) => leaf === expected
  }
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(rule)
  const compile = OPERATORS.get(operator)
  if (compile === undefined || others.length > 0) {
    throw new FilterPatternError(
      path,
      `is not one of the rules that AWS documents (${[...OPERATORS.keys()].join(', ')})`,
    )
  }
  return compile(operand, `${path}.${operator}`)
}

const OPERATORS: ReadonlyMap<string, (operand: unknown, path: string) => LeafMatcher> = new Map([
  ['equals-ignore-case', compileEqualsIgnoreCase],
  ['anything-but', compileAnythingBut],
  ['numeric', compileNumeric],
  ['exists', compileExists],
  ['prefix', compilePrefix],
  ['suffix', compileSuffix],
])

function compileEqualsIgnoreCase(operand: unknown, path: string): LeafMatcher {
  const expected = taggedString(assertString(operand, path)).toLowerCase()
  return (leaf) => isTaggedString(leaf) && leaf.toLowerCase() === expected
}

function compilePrefix(operand: unknown, path: string): LeafMatcher {
  const prefix = taggedString(assertString(operand, path))
  return (leaf) => typeof leaf === 'string' && leaf.startsWith(prefix)
}

function compileSuffix(operand: unknown, path: string): LeafMatcher {
  const suffix = assertString(operand, path)
  return (leaf) => isTaggedString(leaf) && leaf.slice(1).endsWith(suffix)
}

function compileExists(operand: unknown, path: string): LeafMatcher {
  if (typeof operand !== 'boolean') throw new FilterPatternError(path, 'is not a boolean')
  return () => operand
}

function compileAnythingBut(operand: unknown, path: string): LeafMatcher {
  const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand]
  const isOneType = ['string', 'number'].some((type) => values.every((value) => typeof value === type))
  if (values.length === 0 || !isOneType) {
    throw new FilterPatternError(path, 'is not a string, a number, or a list of only strings or only numbers')
  }
  const excluded = new Set(values.map((value) => toLeaf(value, path)))
  return (leaf) => !excluded.has(leaf)
}

const COMPARISONS: ReadonlyMap<unknown, (actual: number, bound: number) => boolean> = new Map([
  ['=', (actual, bound) => actual === bound],
  ['<', (actual, bound) => actual < bound],
  ['<=', (actual, bound) => actual <= bound],
  ['>', (actual, bound) => actual > bound],
  ['>=', (actual, bound) => actual >= bound],
])

function compileNumeric(operand: unknown, path: string): LeafMatcher {
  const terms: readonly unknown[] = Array.isArray(operand) ? operand : []
  const comparisons = [terms.slice(0, 2), terms.slice(2)].filter((term) => term.length > 0)
  const tests = comparisons.map(([operator, bound]) => {
    const compare = COMPARISONS.get(operator)
    if (compare === undefined || typeof bound !== 'number' || terms.length > 4) {
      throw new FilterPatternError(path, 'is not like ["=", 100] or [">", 10, "<=", 20]')
    }
    return (actual: number) => compare(actual, bound)
  })
  if (tests.length === 0) throw new FilterPatternError(path, 'is not like ["=", 100] or [">", 10, "<=", 20]')
  return (leaf) => {
    if (typeof leaf !== 'string' || !leaf.startsWith('n')) return false
    const actual = Number(leaf.slice(1))
    return tests.every((passes) => passes(actual))
  }
}

function toLeaf(value: unknown, path: string): Leaf {
  if (typeof value === 'string') return taggedString(value)
  if (typeof value === 'number') return taggedNumber(value)
  if (typeof value === 'boolean' || value === null) return value
  throw new FilterPatternError(path, 'is not a rule')
}

function assertString(operand: unknown, path: string): string {
  if (typeof operand !== 'string') throw new FilterPatternError(path, 'is not a string')
  return operand
}

function isTaggedString(leaf: Leaf): leaf is string {
  return typeof leaf === 'string' && leaf.startsWith('s')
}

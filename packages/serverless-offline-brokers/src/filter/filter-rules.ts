import { compileRule, FilterPatternError, isObject, type Leaf } from './filter-operators'
import { type SpelledJson, spelledString } from './spelled-json'

/** Undefined: there is nothing at this place of the record. */
export type BodyMatcher = (node: SpelledJson | undefined) => boolean

/** A list of rules, of which one must match the value, or an object of which every member must. */
export function compileNode(rule: unknown, path: string): BodyMatcher {
  if (Array.isArray(rule)) return compileRules(rule, path)
  if (isObject(rule)) return compileMembers(rule, path)
  throw new FilterPatternError(path, 'is neither a list of rules nor an object')
}

export function pathOf(parent: string, name: string): string {
  return /^[\w$-]+$/.test(name) ? `${parent}.${name}` : `${parent}[${JSON.stringify(name)}]`
}

function compileMembers(pattern: Readonly<Record<string, unknown>>, path: string): BodyMatcher {
  const entries = Object.entries(pattern)
  if (entries.length === 0) throw new FilterPatternError(path, 'is empty')
  const members = entries.map(([name, rule]): ((object: SpelledObject) => boolean) => {
    if (name === '$or') return compileAlternatives(rule, `${path}.$or`)
    const matches = compileNode(rule, pathOf(path, name))
    return (object) => matches(object[spelledString(name)])
  })
  return (node) => objectsAt(node).some((object) => members.every((matches) => matches(object)))
}

function compileAlternatives(rule: unknown, path: string): BodyMatcher {
  if (!Array.isArray(rule) || rule.length === 0) throw new FilterPatternError(path, 'is not a list of patterns')
  const alternatives = rule.map((pattern, index) => {
    if (!isObject(pattern)) throw new FilterPatternError(`${path}[${index}]`, 'is not an object')
    return compileMembers(pattern, `${path}[${index}]`)
  })
  return (node) => alternatives.some((matches) => matches(node))
}

function compileRules(rules: readonly unknown[], path: string): BodyMatcher {
  if (rules.length === 0) throw new FilterPatternError(path, 'has no rule, so nothing would match')
  const matchesAbsence = rules.some((rule) => isObject(rule) && rule.exists === false)
  const matchers = rules.map((rule, index) => compileRule(rule, `${path}[${index}]`))
  return (node) => {
    const leaves = leavesAt(node)
    return leaves.length === 0 ? matchesAbsence : leaves.some((leaf) => matchers.some((matches) => matches(leaf)))
  }
}

interface SpelledObject {
  readonly [name: string]: SpelledJson
}

/** As EventBridge: a list stands for each of its elements, and an object is no value (`exists` works on leaves only). */
function leavesAt(node: SpelledJson | undefined): readonly Leaf[] {
  if (node === undefined) return []
  if (node === null || typeof node !== 'object') return [node]
  return isList(node) ? node.flatMap(leavesAt) : []
}

function objectsAt(node: SpelledJson | undefined): readonly SpelledObject[] {
  const objects = findObjects(node)
  // Where there is no object, each of its members is absent, and a rule may ask for that.
  return objects.length > 0 ? objects : [{}]
}

function findObjects(node: SpelledJson | undefined): readonly SpelledObject[] {
  if (node === null || typeof node !== 'object') return []
  return isList(node) ? node.flatMap(findObjects) : [node]
}

function isList(node: SpelledJson): node is readonly SpelledJson[] {
  return Array.isArray(node)
}

import { compileRule, FilterPatternError, isObject, type Leaf } from './filter-operators'
import { type TaggedJson, taggedString } from './tagged-json'

/** Undefined: the record has nothing at this path. */
export type BodyMatcher = (node: TaggedJson | undefined) => boolean

/** Compiles a list of rules (one must match the value) or an object (every member must match). */
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
  const members = entries.map(([name, rule]): ((object: TaggedObject) => boolean) => {
    if (name === '$or') return compileAlternatives(rule, `${path}.$or`)
    const matches = compileNode(rule, pathOf(path, name))
    return (object) => matches(object[taggedString(name)])
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

interface TaggedObject {
  readonly [name: string]: TaggedJson
}

/** As in EventBridge: a list matches by each of its elements, and `exists` works on leaf values only, not on objects. */
function leavesAt(node: TaggedJson | undefined): readonly Leaf[] {
  if (node === undefined) return []
  if (node === null || typeof node !== 'object') return [node]
  return isList(node) ? node.flatMap(leavesAt) : []
}

function objectsAt(node: TaggedJson | undefined): readonly TaggedObject[] {
  const objects = findObjects(node)
  // Without an object every member is absent, and a rule may match absence.
  return objects.length > 0 ? objects : [{}]
}

function findObjects(node: TaggedJson | undefined): readonly TaggedObject[] {
  if (node === null || typeof node !== 'object') return []
  return isList(node) ? node.flatMap(findObjects) : [node]
}

function isList(node: TaggedJson): node is readonly TaggedJson[] {
  return Array.isArray(node)
}

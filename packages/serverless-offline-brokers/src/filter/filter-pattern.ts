import { FilterPatternError, isObject } from './filter-operators'
import { compileNode, pathOf } from './filter-rules'
import { parseTaggedJson, type TaggedJson, taggedString } from './tagged-json'

/** A filter pattern of an event source mapping, as written in `serverless.yml`. */
export type FilterPattern = Readonly<Record<string, unknown>>

/** The member of a record that AWS filters by: `value` for Kafka, `data` for Amazon MQ. */
export type FilteredMember = 'value' | 'data'

/** Returns whether a record passes, by its body. Null is the body of a tombstone. */
export type Filter = (body: Buffer | null) => boolean

const PATTERN_LIMIT_CHARACTERS = 4096
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Compiles filters as AWS documents them. A record passes when one pattern matches, or when there is no pattern. A body
 * in another format than the pattern (JSON or plain text), or one that is not UTF-8, is not filtered: it passes.
 *
 * Choices where AWS documents nothing: only objects and arrays count as JSON (`300` and `"text"` are plain text), and a
 * plain text pattern sees a tombstone as `null`.
 *
 * @throws FilterPatternError with the path, for a pattern without a documented meaning
 */
export function compileFilters(patterns: readonly FilterPattern[], member: FilteredMember): Filter {
  const matchers = patterns.map((pattern, index) => {
    const path = `filterPatterns[${index}]`
    if (JSON.stringify(pattern).length > PATTERN_LIMIT_CHARACTERS) {
      throw new FilterPatternError(path, `is longer than ${PATTERN_LIMIT_CHARACTERS} characters of JSON`)
    }
    return compileRecord(pattern, member, path)
  })
  if (matchers.length === 0) return () => true
  return (bytes) => {
    const body = readBody(bytes)
    return body === undefined || matchers.some((matches) => matches(body))
  }
}

type Body = { readonly text: string | null } | { readonly json: TaggedJson }

function readBody(bytes: Buffer | null): Body | undefined {
  if (bytes === null) return { text: null }
  const text = decodeUtf8(bytes)
  if (text === undefined) return undefined
  const json = /^\s*[[{]/.test(text) ? parseTaggedJson(text) : undefined
  return json === undefined ? { text: taggedString(text) } : { json }
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

function compileRecord(pattern: unknown, member: FilteredMember, path: string): (body: Body) => boolean {
  if (!isObject(pattern)) throw new FilterPatternError(path, 'is not an object')
  const entries = Object.entries(pattern)
  if (entries.length === 0) throw new FilterPatternError(path, 'is empty')
  const parts = entries.map(([name, rule]) => {
    if (name === '$or') return compileAlternatives(rule, member, `${path}.$or`)
    if (name === member) return compileBody(rule, pathOf(path, name))
    throw new FilterPatternError(pathOf(path, name), `AWS filters these records by \`${member}\` only`)
  })
  return (body) => parts.every((matches) => matches(body))
}

function compileAlternatives(rule: unknown, member: FilteredMember, path: string): (body: Body) => boolean {
  if (!Array.isArray(rule) || rule.length === 0) throw new FilterPatternError(path, 'is not a list of patterns')
  const alternatives = rule.map((pattern, index) => compileRecord(pattern, member, `${path}[${index}]`))
  return (body) => alternatives.some((matches) => matches(body))
}

function compileBody(rule: unknown, path: string): (body: Body) => boolean {
  const matches = compileNode(rule, path)
  const forText = Array.isArray(rule)
  return (body) => {
    if ('text' in body) return !forText || matches(body.text)
    return forText || matches(body.json)
  }
}

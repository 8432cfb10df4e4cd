/**
 * Finds a member that occurs more than once in an object. `JSON.parse` keeps only the last one, and other parsers the
 * first, so the meaning of such a text is undefined (RFC 8259, section 4).
 * @param text valid JSON @param value its parsed value
 * @returns the path of the member; undefined if there is none
 */
export function findDuplicateMember(text: string, value: unknown): string[] | undefined {
  // Counting is much cheaper than comparing names, and almost every text has no duplicate.
  return countColons(text) === countMembers(value) ? undefined : locate(text)
}

const QUOTE = 34
const COLON = 58
const BACKSLASH = 92

/** The colons outside of strings: one for each member. */
function countColons(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === COLON) count += 1
    else if (code === QUOTE) at = endOfString(text, at)
  }
  return count
}

/** @param start the position of the opening quote @returns the position of the closing quote */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}

/** Counts without recursion, because a value may be nested more deeply than the stack allows. */
function countMembers(value: unknown): number {
  let count = 0
  const open = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (!isContainer(next)) continue
    const isList = Array.isArray(next)
    // A parsed value has no inherited members that are enumerable.
    for (const name in next) {
      if (!isList) count += 1
      const member = next[name]
      if (isContainer(member)) open.push(member)
    }
  }
  return count
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** An object or an array that is not closed yet. */
interface Open {
  /** The names so far; undefined for an array. */
  readonly names: Set<string> | undefined
  /** The present name or index. */
  step: string | number
}

function locate(text: string): string[] | undefined {
  const path: Open[] = []
  for (let at = 0; at < text.length; at += 1) {
    const inner = path.at(-1)
    switch (text[at]) {
      case '{':
        path.push({ names: new Set(), step: '' })
        break
      case '[':
        path.push({ names: undefined, step: 0 })
        break
      case '}':
      case ']':
        path.pop()
        break
      case ',':
        if (typeof inner?.step === 'number') inner.step += 1
        break
      case '"': {
        const end = endOfString(text, at)
        if (inner?.names && isName(text, end)) {
          const name: string = JSON.parse(text.slice(at, end + 1)) // a string, because the text is valid JSON
          inner.step = name
          if (inner.names.has(name)) return path.map(({ step }) => String(step))
          inner.names.add(name)
        }
        at = end
      }
    }
  }
  return undefined
}

const COLON_NEXT = /\s*:/y

/** @param end the position of the closing quote of a string */
function isName(text: string, end: number): boolean {
  COLON_NEXT.lastIndex = end + 1
  return COLON_NEXT.test(text)
}

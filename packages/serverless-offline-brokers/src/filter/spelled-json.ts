/**
 * JSON whose numbers keep their spelling: AWS compares `300` and `300.0` as text. Every string, names included, becomes
 * `s` and itself, every number `n` and its spelling.
 */
export type SpelledJson = string | boolean | null | readonly SpelledJson[] | { readonly [name: string]: SpelledJson }

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g

/** Undefined if the text is not JSON. */
export function parseSpelledJson(text: string): SpelledJson | undefined {
  if (!isJson(text)) return undefined
  return JSON.parse(
    text.replace(STRING_OR_NUMBER, (token) => (token[0] === '"' ? `"s${token.slice(1)}` : `"n${token}"`)),
  )
}

/** How `parseSpelledJson` has a string. */
export function spelledString(value: string): string {
  return `s${value}`
}

/** How `parseSpelledJson` has a number that JavaScript has spelled. */
export function spelledNumber(value: number): string {
  return `n${JSON.stringify(value)}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * JSON whose numbers keep their original text, because AWS compares `300` and `300.0` as text. Every string, including
 * member names, gets the prefix `s`. Every number becomes a string with the prefix `n`.
 */
export type TaggedJson = string | boolean | null | readonly TaggedJson[] | { readonly [name: string]: TaggedJson }

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g

/** Returns undefined when the text is not JSON. */
export function parseTaggedJson(text: string): TaggedJson | undefined {
  if (!isJson(text)) return undefined
  return JSON.parse(
    text.replace(STRING_OR_NUMBER, (token) => (token[0] === '"' ? `"s${token.slice(1)}` : `"n${token}"`)),
  )
}

/** A string in tagged form. */
export function taggedString(value: string): string {
  return `s${value}`
}

/** A number in tagged form, as JavaScript writes it. */
export function taggedNumber(value: number): string {
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

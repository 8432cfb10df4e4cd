import { z } from '../zod'

export interface EntityTag {
  readonly isWeak: boolean
  /** With its quotes. */
  readonly opaque: string
}

/** The value of If-Match or If-None-Match. `*` stands for any representation. */
export type EntityTags = '*' | readonly EntityTag[]

/** One element of a list, which may be empty (RFC 9110, sections 5.6.1 and 8.8.3). */
const ELEMENT = /[ \t]*(?:(W\/)?("[\x21\x23-\x7e\x80-\xff]*"))?[ \t]*(?:,|$)/y

/** @returns undefined for a text that is no list of entity tags */
export function parseEntityTags(text: string): EntityTags | undefined {
  if (text.trim() === '*') return '*'
  const tags: EntityTag[] = []
  for (ELEMENT.lastIndex = 0; ELEMENT.lastIndex < text.length; ) {
    const found = ELEMENT.exec(text)
    if (found === null) return undefined
    const [, weak, opaque] = found
    if (opaque !== undefined) tags.push({ isWeak: weak !== undefined, opaque })
  }
  return tags.length > 0 ? tags : undefined
}

/** A header with entity tags, for the contract of a route. */
export const entityTags = z.string().transform((text, context): EntityTags => {
  const tags = parseEntityTags(text)
  if (tags !== undefined) return tags
  context.addIssue({ code: 'custom', message: 'must be * or a list of entity tags, such as "1"' })
  return [] // the issue makes the header invalid
})

export interface Preconditions {
  readonly match?: EntityTags | undefined
  readonly noneMatch?: EntityTags | undefined
}

/**
 * Evaluates preconditions in the order of RFC 9110, section 13.2.2. If-Match compares strongly, If-None-Match weakly.
 * @param etag the strong tag of the present representation; undefined for a representation without a tag
 * @returns the first precondition that is false
 */
export function failedPrecondition(
  { match, noneMatch }: Preconditions,
  etag: string | undefined,
): 'match' | 'none-match' | undefined {
  const isNamed = (tags: EntityTags, isWeakAllowed: boolean) =>
    tags === '*' || tags.some(({ isWeak, opaque }) => opaque === etag && (isWeakAllowed || !isWeak))
  if (match !== undefined && !isNamed(match, false)) return 'match'
  if (noneMatch !== undefined && isNamed(noneMatch, true)) return 'none-match'
  return undefined
}

import { MAX_CURSOR_LENGTH } from '@ecommerce/domain'
import { z } from '@ecommerce/runtime'

/** In JSON, money is a number with at most two decimals. Inside the shop it is an integer of cents. */
export const MAX_PRICE = 1_000_000

export const price = z.number().min(0).max(MAX_PRICE).multipleOf(0.01)

export function toCents(amount: number): number {
  return Math.round(amount * 100)
}

export function toPrice(cents: number): number {
  return cents / 100
}

/**
 * Half a surrogate pair cannot be stored as UTF-8. The pattern means the same with and without the flag `u`: the forms of
 * the documentation use it without.
 */
const wellFormed = z
  .string()
  .regex(/^(?:[^\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff])*$/, 'must be well-formed Unicode')

/** Text that may be empty. */
export function prose(maxLength: number) {
  return upTo(maxLength, wellFormed)
}

/** Text that is not blank. Blanks around it are removed. */
export function text(maxLength: number) {
  return upTo(maxLength, wellFormed.trim().min(1))
}

/**
 * MySQL sorts by the first 1,024 bytes of the weights of a text, but compares whole texts. If they differed, pages of a
 * sorted list would lose or repeat items. A character has 4 bytes of weights at most, and a ligature those of all
 * characters that it stands for. Accents have none.
 */
const MAX_SORTED_CHARACTERS = 256

/** Text by which lists are sorted. Only ligatures of many characters, such as U+FDFA, make the second limit matter. */
export function sortedText(maxLength: number) {
  const sortable = wellFormed
    .trim()
    .min(1)
    .refine(isSortable, {
      error: `must stand for at most ${MAX_SORTED_CHARACTERS} characters when its ligatures are taken apart`,
    })
  return upTo(maxLength, sortable)
}

function isSortable(given: string): boolean {
  return [...given.normalize('NFKC').replace(/\p{M}/gu, '')].length <= MAX_SORTED_CHARACTERS
}

/**
 * Limits a text in characters as JSON Schema and MySQL count them: an emoji is one. Zod's own `max` counts two.
 * The `maxLength` is for the JSON Schema, which does not contain refinements.
 */
export function upTo(maxLength: number, schema: typeof wellFormed) {
  return schema
    .refine(
      (given) => given.length <= maxLength || [...given].length <= maxLength,
      `must have at most ${maxLength} characters`,
    )
    .meta({ maxLength })
}

/** A point in time: ISO 8601, UTC, with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 })

/** A whole number in a path or a query, without sign, leading zeros or exponent. */
export function wholeNumber(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
}

export const queryPrice = z
  .string()
  .regex(/^\d{1,7}(\.\d{1,2})?$/, 'must be an amount such as 10 or 9.99')
  .transform(Number)
  .pipe(price)
  .transform(toCents)

export const limit = wholeNumber(1, 100).default(20)

export const cursor = z.string().min(1).max(MAX_CURSOR_LENGTH).optional().meta({
  description:
    'The next_cursor of the previous page. The filters and the sort must be the same. Over all pages, each item whose sort key does not change, and that matches the filters all the time, occurs exactly once.',
})

/**
 * The header `Idempotency-Key`. A comma would separate two keys: API Gateway joins repeated headers with it.
 * @param scope what the keys belong to
 */
export function idempotencyKey(scope: string) {
  return z
    .string()
    .regex(/^[\x21-\x2b\x2d-\x7e]{1,128}$/, 'must be one key of 1 to 128 visible ASCII characters without a comma')
    .optional()
    .meta({
      description: `Makes it safe to repeat the request after a lost response. The same key with the same body gets the first response again, and with another body 422 idempotency-key-reused. Keys do not expire. ${scope}`,
    })
}

/**
 * Refuses the header `Idempotency-Key` on a route that cannot honour it.
 * @param reason why a client needs no key here
 */
export function noIdempotencyKey(reason: string) {
  return z
    .never(`is not supported by this route: ${reason}`)
    .optional()
    .meta({
      type: 'string',
      description: `Not supported: a request with this header is refused with 422. No key is needed: ${reason}.`,
    })
}

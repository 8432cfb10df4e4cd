/**
 * The words of texts and searches, the same for every product store.
 *
 * A product has all words of a search if each of them is the beginning of a word of its name or description. Words are
 * separated by blanks. Case, accents and compatibility forms do not count: É = e, ß = ss, ５ = 5. All other characters
 * count, so `c++`, `.net`, `1:20` and `t-shirt` are words. A word also begins after a symbol inside another word: `shirt`
 * is found in `t-shirt`. Punctuation around a word is ignored. Scripts that are written without blanks are read in pairs
 * of characters, and each emoji is a word.
 */

/** Longer words are cut. A search has at most this many characters, so this makes no difference to it. */
export const MAX_WORD_LENGTH = 200

/** What a search compares: one of these in a product, its beginning in a search. */
export interface IndexedWord {
  readonly word: string
  readonly inName: boolean
}

/** The words of a product, each once. */
export function wordsOfProduct({ name, description }: { name: string; description: string }): IndexedWord[] {
  const inName = new Set(splitText(name).flatMap(beginningsOf))
  const elsewhere = new Set(splitText(description).flatMap(beginningsOf))
  return [
    ...[...inName].map((word) => ({ word, inName: true })),
    ...[...elsewhere].filter((word) => !inName.has(word)).map((word) => ({ word, inName: false })),
  ]
}

/** The words of a search, longest first. A word that another one begins with is left out, because it adds nothing. */
export function wordsOfSearch(search: string): string[] {
  const pieces = splitText(search)
  const words = pieces.filter(hasMeaning)
  // Punctuation that stands alone counts only in a search for nothing else.
  const wanted = (words.length > 0 ? words : pieces).flatMap(partsOf)
  const longestFirst = [...new Set(wanted)].sort((a, b) => b.length - a.length)
  return longestFirst.filter((word, index) => !longestFirst.slice(0, index).some((longer) => longer.startsWith(word)))
}

/** U+10FFFF is no character. It is a blank here, so that it can be the end of a range of words. */
const BLANKS = /[\s\p{Cc}\p{Cs}\u{10ffff}]+/u
/** Joiners, variation selectors and skin tones change the look of their neighbours. */
const INVISIBLE = /\p{Cf}|\p{Variation_Selector}|\p{Emoji_Modifier}/gu
const ACCENTS = /[\u0300-\u036f]/g

const WORD_CHARACTER = '[\\p{L}\\p{M}\\p{N}]'
const SCRIPTS_WITHOUT_BLANKS =
  '[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}]'
const UNSPACED = `(?:(?=${WORD_CHARACTER})${SCRIPTS_WITHOUT_BLANKS})`
const EMOJI = '(?:\\p{RI}\\p{RI}?|\\p{Extended_Pictographic})'

const PIECES = new RegExp(`${UNSPACED}+|${EMOJI}|(?:(?!${UNSPACED}|${EMOJI}).)+`, 'gu')
const IS_UNSPACED = new RegExp(`^${UNSPACED}`, 'u')
const IS_EMOJI = new RegExp(`^${EMOJI}`, 'u')
const HAS_WORD_CHARACTER = new RegExp(WORD_CHARACTER, 'u')
/** Symbols, and the letters and digits that follow them. */
const INNER_WORDS = new RegExp(`((?!${WORD_CHARACTER}).)*${WORD_CHARACTER}+`, 'gu')
const SYMBOLS_BEFORE = new RegExp(`^(?:(?!${WORD_CHARACTER}).)+`, 'u')

/** A leading dot belongs to `.net`, and `+` and `#` at the end belong to `c++` and `c#`. */
const PUNCTUATION_BEFORE = /^(?:[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`,;:!?*+\-~<>@¡¿]|\.{2,})+/u
const PUNCTUATION_AFTER = /[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`,;:.!?*\-~<>]+$/u

/** Letters without a decomposition in Unicode, and signs that keyboards write in another form. */
const ALIKE: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
  '‘': "'",
  '’': "'",
  ʼ: "'",
  '′': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '″': '"',
  '‐': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '⁄': '/',
}
const TO_REPLACE = new RegExp(`[${Object.keys(ALIKE).join('')}]`, 'gu')

/** The form in which texts are compared. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .toUpperCase() // ß becomes SS
    .toLowerCase()
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(TO_REPLACE, (character) => ALIKE[character] ?? character)
}

/** Cuts a text at blanks, and around emoji and scripts without blanks. */
function splitText(text: string): string[] {
  return fold(text)
    .split(BLANKS)
    .flatMap((run) => run.match(PIECES) ?? [])
}

function hasMeaning(piece: string): boolean {
  return HAS_WORD_CHARACTER.test(piece) || IS_EMOJI.test(piece)
}

/** The words that a piece of a search asks for. */
function partsOf(piece: string): string[] {
  return IS_UNSPACED.test(piece) ? pairsOf(piece) : [cut(trim(piece))]
}

/** The words of a piece of a product's text: from each place where a word begins to the end of the piece. */
function beginningsOf(piece: string): string[] {
  if (IS_UNSPACED.test(piece)) return [...pairsOf(piece), [...piece].at(-1) ?? '']
  const trimmed = trim(piece)
  const beginnings = [...trimmed.matchAll(INNER_WORDS)].flatMap(({ index, 0: inner }) => {
    const symbols = SYMBOLS_BEFORE.exec(inner)?.[0].length ?? 0
    return [cut(trimmed.slice(index).replace(PUNCTUATION_BEFORE, '')), cut(trimmed.slice(index + symbols))]
  })
  return beginnings.length > 0 ? beginnings : [cut(trimmed)]
}

function pairsOf(piece: string): string[] {
  const characters = [...piece]
  if (characters.length === 1) return characters
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}

/** Removes the punctuation around a word. Punctuation without a word stays. */
function trim(piece: string): string {
  if (!HAS_WORD_CHARACTER.test(piece)) return piece
  return piece.replace(PUNCTUATION_BEFORE, '').replace(PUNCTUATION_AFTER, '')
}

function cut(word: string): string {
  if (word.length <= MAX_WORD_LENGTH) return word
  return [...word.slice(0, 2 * MAX_WORD_LENGTH)].slice(0, MAX_WORD_LENGTH).join('')
}

import { wordPatterns } from './word-patterns'

/**
 * The words of texts and searches, the same for every product store.
 *
 * A product has all words of a search if each of them is the beginning of a word of its name or description. Words are
 * separated by blanks. Case, accents and compatibility forms do not count: É = e, ß = ss, ５ = 5. All other characters
 * count, so `c++`, `.net`, `1:20` and `t-shirt` are words. A word also begins after a symbol inside another word: `shirt`
 * is found in `t-shirt`. Punctuation around a word is ignored. Scripts that are written without blanks are read in pairs
 * of characters, and each emoji is a word.
 */

/** Longer words are cut. A search has at most this many characters. */
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
    .replace(wordPatterns().accents, '')
    .toUpperCase() // ß becomes SS
    .toLowerCase()
    .normalize('NFKC')
    .replace(wordPatterns().invisible, '')
    .replace(TO_REPLACE, (character) => ALIKE[character] ?? character)
}

/** Cuts a text at blanks, and around emoji and scripts without blanks. */
function splitText(text: string): string[] {
  return fold(text)
    .split(wordPatterns().blanks)
    .flatMap((run) => run.match(wordPatterns().pieces) ?? [])
}

function hasMeaning(piece: string): boolean {
  return wordPatterns().wordCharacter.test(piece) || wordPatterns().startsWithEmoji.test(piece)
}

/** The words that a piece of a search asks for. */
function partsOf(piece: string): string[] {
  return wordPatterns().startsUnspaced.test(piece) ? pairsOf(piece) : [cut(trim(piece))]
}

/** The words of a piece of a product's text: from each place where a word begins to the end of the piece. */
function beginningsOf(piece: string): string[] {
  if (wordPatterns().startsUnspaced.test(piece)) return [...pairsOf(piece), [...piece].at(-1) ?? '']
  const trimmed = trim(piece)
  const beginnings = [...trimmed.matchAll(wordPatterns().innerWords)].flatMap(({ index, 0: inner }) => {
    const symbols = wordPatterns().symbolsBefore.exec(inner)?.[0].length ?? 0
    return [
      cut(trimmed.slice(index).replace(wordPatterns().punctuationBefore, '')),
      cut(trimmed.slice(index + symbols)),
    ]
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
  if (!wordPatterns().wordCharacter.test(piece)) return piece
  return piece.replace(wordPatterns().punctuationBefore, '').replace(wordPatterns().punctuationAfter, '')
}

function cut(word: string): string {
  if (word.length <= MAX_WORD_LENGTH) return word
  return [...word.slice(0, 2 * MAX_WORD_LENGTH)].slice(0, MAX_WORD_LENGTH).join('')
}

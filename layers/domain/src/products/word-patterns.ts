const WORD_CHARACTER = '[\\p{L}\\p{M}\\p{N}]'
const SCRIPTS_WITHOUT_BLANKS =
  '[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}]'
const UNSPACED = `(?:(?=${WORD_CHARACTER})${SCRIPTS_WITHOUT_BLANKS})`
const EMOJI = '(?:\\p{RI}\\p{RI}?|\\p{Extended_Pictographic})'

export type WordPatterns = ReturnType<typeof createPatterns>

let patterns: WordPatterns | undefined

/** The classes of characters take milliseconds to build, so they are built when the first text is split. */
export function wordPatterns(): WordPatterns {
  patterns ??= createPatterns()
  return patterns
}

function createPatterns() {
  return {
    /** U+10FFFF is no character. It is a blank here, so that it can be the end of a range of words. */
    blanks: /[\s\p{Cc}\p{Cs}\u{10ffff}]+/u,
    /** Joiners, variation selectors and skin tones change the look of their neighbours. */
    invisible: /\p{Cf}|\p{Variation_Selector}|\p{Emoji_Modifier}/gu,
    accents: /[\u0300-\u036f]/g,
    pieces: new RegExp(`${UNSPACED}+|${EMOJI}|(?:(?!${UNSPACED}|${EMOJI}).)+`, 'gu'),
    startsUnspaced: new RegExp(`^${UNSPACED}`, 'u'),
    startsWithEmoji: new RegExp(`^${EMOJI}`, 'u'),
    wordCharacter: new RegExp(WORD_CHARACTER, 'u'),
    /** Symbols, and the letters and digits that follow them. */
    innerWords: new RegExp(`((?!${WORD_CHARACTER}).)*${WORD_CHARACTER}+`, 'gu'),
    symbolsBefore: new RegExp(`^(?:(?!${WORD_CHARACTER}).)+`, 'u'),
    /** A leading dot belongs to `.net`, and `+` and `#` at the end belong to `c++` and `c#`. */
    punctuationBefore: /^(?:[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`,;:!?*+\-~<>@¡¿]|\.{2,})+/u,
    punctuationAfter: /[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`,;:.!?*\-~<>]+$/u,
  }
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_WORD_LENGTH, wordsOfProduct, wordsOfSearch } from './search-words'

/** Whether a search finds a product with this name. */
function finds(search: string, name: string, description = ''): boolean {
  const present = wordsOfProduct({ name, description }).map(({ word }) => word)
  const wanted = wordsOfSearch(search)
  return wanted.length > 0 && wanted.every((word) => present.some((other) => other.startsWith(word)))
}

describe('a search', () => {
  it.each([
    // Short words and stopwords
    ['tv', 'TV'],
    ['a', 'A lamp'],
    ['x', 'iPhone X'],
    ['the', 'The Salt Road'],
    ['of the', 'Lord of the Rings'],
    ['4k', '4K screen'],
    ['7', 'Size 7'],
    // The beginning of a word
    ['lam', 'Desk lamp'],
    ['smart', 'Smartwatch'],
    // Case, accents, compatibility forms
    ['CAFÉ', 'cafe'],
    ['cafe', 'Café'],
    ['cafe\u0301', 'Café'],
    ['strasse', 'STRASSE'],
    ['strasse', 'Straße'],
    ['straß', 'Strasse'],
    ['istanbul', 'İstanbul'],
    ['smorrebrod', 'Smørrebrød'],
    ['lodz', 'Łódź'],
    ['οδος', 'ΟΔΟΣ'],
    ['５', 'Size 5'],
    ['office', 'oﬃce'],
    ['лампа', 'Лампа'],
    ['शब्दकोश', 'हिन्दी शब्दकोश'],
    // Symbols in and around words
    ['c++', 'C++ primer'],
    ['c++', 'Learn (C++), fast'],
    ['c', 'C++ primer'],
    ['c#', 'C# in depth'],
    ['.net', '.NET in action'],
    ['.net', 'ASP.NET'],
    ['net', '.NET'],
    ['asp.net', 'ASP.NET'],
    ['1:20', 'Model car 1:20'],
    ['20', 'Model car 1:20'],
    ['r&d', 'R&D handbook'],
    ['at&t', 'AT&T phone'],
    ['t-shirt', 'T-Shirt'],
    ['shirt', 'T-shirt'],
    ['t‑shirt', 'T–shirt'],
    ["chef's", 'Chef’s Knife'],
    ['o’reilly', "O'Reilly"],
    ['reilly', "O'Reilly"],
    ['snake_case', 'snake_case poster'],
    ['case', 'snake_case poster'],
    ['1/2', '1/2 inch'],
    ['½', '1/2 inch'],
    ['50%', 'Now 50% off'],
    ['$5', 'Only $5'],
    ['27"', 'Monitor 27"'],
    ['3.5mm', 'Jack 3.5mm'],
    ['back\\slash', 'back\\slash'],
    // Punctuation around words is ignored, such as operators of other search engines
    ['+lamp -desk', 'Desk lamp'],
    ['"desk lamp"', 'Lamp for the desk'],
    ['(desk) <lamp>', 'Desk lamp'],
    ['lamp*', 'Lamp'],
    ['~lamp @desk', 'Desk lamp'],
    ['lamp, desk!', 'Desk lamp'],
    ['desk - lamp', 'Desk lamp'],
    ['¿lamp?', 'Lamp'],
    // Punctuation alone
    ['&', 'Rock & Roll'],
    ['%', '50 %'],
    ['_', 'a _ b'],
    ['+*', 'what is +* for'],
    // Emoji
    ['💡', 'Lamp 💡'],
    ['💡', 'Lamp💡'],
    ['lamp 💡', '💡💡 Lamp'],
    ['👍', 'Thumb 👍🏽'],
    ['👍🏽', 'Thumb 👍'],
    ['❤', 'Heart ❤️'],
    ['🇩🇪', 'Made in 🇩🇪'],
    // Scripts without blanks
    ['ランプ', 'テーブルランプ'],
    ['机', '木製の机'],
    ['木', '木製の机'],
    ['台灯', '现代台灯，白色'],
    ['usbケーブル', 'USBケーブル'],
    ['โคม', 'โคมไฟ'],
    // Long words
    ['x'.repeat(84), 'x'.repeat(84)],
    ['x'.repeat(100), 'x'.repeat(150)],
    ['x'.repeat(199), 'x'.repeat(200)],
  ])('for %j finds %j', (search, name) => {
    expect(finds(search, name)).toBe(true)
    expect(finds(search, 'other', `before ${name} after`)).toBe(true)
  })

  it.each([
    ['tv smartwatch', 'Smartwatch X1'],
    ['the lamp', 'TV lamp'],
    ['watch', 'Smartwatch'],
    ['c++', 'Cup'],
    ['c++', 'C# in depth'],
    ['c#', 'C++ primer'],
    ['.net', 'Net curtains'],
    ['1:20', 'Model 1:18, 20 parts'],
    ['r&d', 'Red dress'],
    ['t-shirt', 'Tea and shirt'],
    ['%', 'Lamp'],
    ['50%', '500 lamps'],
    ['l_mp', 'Lamp'],
    ['l%', 'Lamp'],
    ['lamp\\', 'Lamp'],
    ['+*', 'Lamp 💡'],
    ['🎉', 'Lamp 💡'],
    ['🇪🇩', 'Made in 🇩🇪'],
    ['ンラ', 'テーブルランプ'],
    ['가', '각'],
    [`${'x'.repeat(100)}y`, `${'x'.repeat(100)}z`],
    [`${'x'.repeat(199)}y`, 'x'.repeat(200)],
    ['\u0000', 'Lamp'],
    ['\u200b', 'Lamp'],
    ['\ud800', 'Lamp'],
    ['   ', 'Lamp'],
    ['', 'Lamp'],
  ])('for %j does not find %j', (search, name) => {
    expect(finds(search, name)).toBe(false)
  })

  it('for the beginning of each word of a text finds the text', () => {
    const texts = fc.string({ unit: TRICKY, minLength: 1, maxLength: 60 })

    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(), (text, from, length) => {
        const words = text.split(/\s+/).filter((word) => wordsOfSearch(word).length > 0)
        fc.pre(words.length > 0)
        const word = [...(words[from % words.length] ?? '')]
        const beginning = word.slice(0, 1 + (length % word.length)).join('')

        // The beginning may be a mark of punctuation that does not stand alone.
        fc.pre(/[\p{L}\p{N}]/u.test(beginning))
        expect(finds(beginning, text)).toBe(true)
        expect(finds(words.join(' '), text)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('finds no more when it has another word', () => {
    fc.assert(
      fc.property(TRICKY_TEXT, TRICKY_TEXT, TRICKY_TEXT, (text, search, more) => {
        fc.pre(/[\p{L}\p{N}]/u.test(search))
        if (finds(`${search} ${more}`, text)) expect(finds(search, text)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('does not depend on the order of its words, nor on case', () => {
    fc.assert(
      fc.property(TRICKY_TEXT, TRICKY_TEXT, (text, search) => {
        const found = finds(search, text)

        expect(finds(search.split(' ').reverse().join(' '), text)).toBe(found)
        expect(finds(search.toUpperCase(), text)).toBe(found)
        expect(finds(search, text.toLowerCase())).toBe(found)
      }),
      { numRuns: 300 },
    )
  })
})

/** Characters that splitting and folding treat in different ways. */
const TRICKY = fc.constantFrom(
  ...'aAbcßéøİςΣ019 +#.-_&:"\'()*%\\💡ランプ机กไ가'.normalize('NFC'),
  '\u0301',
  '\u200d',
  '🏽',
  '🇩',
  ' ',
)
const TRICKY_TEXT = fc.string({ unit: TRICKY, maxLength: 30 })

describe('the words of a product', () => {
  it('know whether they are in the name', () => {
    expect(wordsOfProduct({ name: 'Desk lamp', description: 'A lamp for every desk' })).toEqual([
      { word: 'desk', inName: true },
      { word: 'lamp', inName: true },
      { word: 'a', inName: false },
      { word: 'for', inName: false },
      { word: 'every', inName: false },
    ])
  })

  it('contain no blanks and no control characters, and have a limited length', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: TRICKY, maxLength: 400 }))

    fc.assert(
      fc.property(texts, (text) => {
        for (const { word } of wordsOfProduct({ name: text, description: text })) {
          expect(word).toMatch(/^[^\s\p{Cc}\p{Cs}]+$/u)
          expect([...word].length).toBeLessThanOrEqual(MAX_WORD_LENGTH)
        }
      }),
    )
  })

  it('are at most two for each character, and are found fast in any text', () => {
    for (const unit of ['a-', 'a', '-', '"', '"a', '.a', '机', '💡', 'a b ', '\u0301']) {
      const description = unit.repeat(5_000 / unit.length)

      expect(wordsOfProduct({ name: 'x', description }).length).toBeLessThanOrEqual(2 * 5_000)
    }
  })
})

describe('the words of a search', () => {
  it('are sorted by length, each once', () => {
    expect(wordsOfSearch('TV the smartwatch tv')).toEqual(['smartwatch', 'the', 'tv'])
  })

  it('do not contain the beginnings of other words', () => {
    expect(wordsOfSearch('l lamp lam')).toEqual(['lamp'])
  })
})

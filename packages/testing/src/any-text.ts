import fc from 'fast-check'

/** Control characters, ASCII, one, two and three bytes of UTF-8, and those outside of the basic plane. No surrogates. */
const codePoint = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.integer({ min: 0x80, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0xffff }),
  fc.integer({ min: 0x1_0000, max: 0x10_ffff }),
)

/** Well-formed texts of any characters. Much faster than `fc.string` with the unit `binary`. */
export function anyText(length: { readonly minLength: number; readonly maxLength: number }): fc.Arbitrary<string> {
  return fc.array(codePoint, length).map((points) => String.fromCodePoint(...points))
}

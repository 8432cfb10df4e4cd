/** Markup that goes into a page unchanged. Everything else is text and is escaped. */
export class Html {
  constructor(readonly markup: string) {}
}

export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[]

/** Builds markup from a template. Escapes every part that is not markup itself; renders absent parts as nothing. */
export function html(literals: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const rest = literals.slice(1)
  return new Html((literals[0] ?? '') + rest.map((literal, index) => toMarkup(parts[index]) + literal).join(''))
}

function toMarkup(part: HtmlPart): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Html) return part.markup
  if (typeof part === 'string') return escapeHtml(part)
  if (typeof part === 'number') return String(part)
  return part.map(toMarkup).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/** JSON for a `script` element: nothing in it can end the element or start a comment. */
export function scriptJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'))
}

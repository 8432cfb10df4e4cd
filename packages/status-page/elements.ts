type Child = Node | string
type Attributes = Readonly<Record<string, string | boolean | undefined>>

/** Makes an element. Data becomes attributes and text nodes only, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  setAttributes(made, attributes)
  made.append(...children)
  return made
}

export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  setAttributes(made, attributes)
  made.append(...children)
  return made
}

/** An element of the page that its markup is known to have. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found
}

/** Leaves equal text alone: what announces changes would announce it again. */
export function say(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

export function cell(label: string, ...children: readonly Child[]): HTMLTableCellElement {
  return element('td', { 'data-label': label }, ...children)
}

export function numberCell(label: string, text: string): HTMLTableCellElement {
  return element('td', { class: 'number', 'data-label': label }, text)
}

function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    target.setAttribute(name, value === true ? '' : value)
  }
}

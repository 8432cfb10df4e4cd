type Child = Node | string
type Attributes = Readonly<Record<string, string | boolean | undefined>>

/** Creates an element. Data becomes attributes and text nodes, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const created = document.createElement(tag)
  setAttributes(created, attributes)
  created.append(...children)
  return created
}

export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const created = document.createElementNS('http://www.w3.org/2000/svg', tag)
  setAttributes(created, attributes)
  created.append(...children)
  return created
}

/** An element that the markup of the page always has. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found
}

/** Leaves equal text alone: a screen reader would announce it again. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

/** @param label the heading of the column, which stands beside the cell on a narrow screen */
export function cell(label: string, ...children: readonly Child[]): HTMLTableCellElement {
  return element('td', { 'data-label': label }, ...children)
}

export function numberCell(label: string, text: string): HTMLTableCellElement {
  return element('td', { class: 'number', 'data-label': label }, text)
}

/** A name with its value, for a `dl` of the class `facts`. */
export function fact(name: string, value: string): HTMLDivElement {
  return element('div', {}, element('dt', {}, name), element('dd', {}, value))
}

function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    target.setAttribute(name, value === true ? '' : value)
  }
}

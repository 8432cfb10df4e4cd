import { type Html, html } from '../../pages/html'

export interface Section {
  /** The id of its heading. */
  readonly id: string
  /** Short, so that all fit into one row of a wide screen. */
  readonly title: string
  readonly markup: Html
}

/** Links to all sections. They stay at the top of the window while the page scrolls. */
export function contents(sections: readonly Section[]): Html {
  return html`<nav class="contents" aria-label="Contents"><ul>${sections.map(
    ({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`,
  )}</ul></nav>
`
}

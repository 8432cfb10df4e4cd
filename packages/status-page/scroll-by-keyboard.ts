/**
 * Lets the keyboard reach elements that scroll in a narrow window. Otherwise only a mouse or a finger could show the rest of
 * them. A table is announced with its heading.
 */
export function scrollByKeyboard(elements: Iterable<HTMLElement>): void {
  for (const element of elements) {
    element.tabIndex = 0
    element.role = 'group'
    element.ariaLabel = element.closest('section')?.querySelector('h2')?.textContent ?? 'Message'
  }
}

import { element, setText } from '@ecommerce/look/elements'

/** A button that copies the text of an element. */
export function copyButton(source: HTMLElement, label: string): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'copy', 'aria-label': label }, 'Copy')
  const report = (text: string) => {
    setText(button, text)
    setTimeout(() => setText(button, 'Copy'), 2_000)
  }
  button.addEventListener('click', () => {
    // Browsers offer the clipboard only to secure origins. Elsewhere the reader copies the selection.
    const copying = navigator.clipboard?.writeText(source.textContent) ?? Promise.reject(new Error('no clipboard'))
    copying.then(
      () => report('Copied'),
      () => {
        getSelection()?.selectAllChildren(source)
        report('Selected')
      },
    )
  })
  return button
}

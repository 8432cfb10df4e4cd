/**
 * Swagger UI has fields and buttons without a name, and code that scrolls only with a mouse. Names the fields after their parameter, and
 * lets the keyboard reach the code, also in parts that appear later.
 */
export function nameControls(root: HTMLElement): void {
  new MutationObserver(() => {
    for (const field of root.querySelectorAll<HTMLElement>('select, textarea, input')) nameField(field)
    for (const code of root.querySelectorAll<HTMLElement>('.microlight, .curl')) code.tabIndex = 0
    for (const close of root.querySelectorAll<HTMLElement>('.close-modal')) close.ariaLabel = 'Close'
    // Their names do not contain their texts, "Authorize" and "Logout".
    for (const button of root.querySelectorAll('.auth-btn-wrapper button')) button.removeAttribute('aria-label')
  }).observe(root, { childList: true, subtree: true })
}

function nameField(field: HTMLElement): void {
  if (field.hasAttribute('aria-label') || field.id !== '' || field.closest('label')) return
  const parameter = field.closest<HTMLElement>('[data-param-name]')?.dataset.paramName
  field.ariaLabel = parameter ?? (field instanceof HTMLSelectElement ? 'Media type' : 'Request body')
}

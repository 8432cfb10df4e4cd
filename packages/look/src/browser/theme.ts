/** The value of a colour property for a canvas, in the theme that the page shows now. */
export function colorOf(property: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${property})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Follows the system until the reader chooses. Calls `redraw` after every change: a canvas keeps its old colours. */
export function followTheme(button: HTMLElement | null, redraw: () => void): void {
  const root = document.documentElement
  const dark = matchMedia('(prefers-color-scheme: dark)')
  button?.addEventListener('click', () => {
    const isDark = root.dataset.theme === undefined ? dark.matches : root.dataset.theme === 'dark'
    root.dataset.theme = isDark ? 'light' : 'dark'
    redraw()
  })
  dark.addEventListener('change', redraw)
}

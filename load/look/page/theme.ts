/** The colours of the styles as a canvas needs them: resolved for the theme that is shown right now. */
export function colorOf(property: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${property})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Follows the system until the reader chooses; paper is light. `redraw` is called after every change. */
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

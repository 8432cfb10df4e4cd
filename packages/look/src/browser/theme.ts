/** The value of a colour property for a canvas, in the theme that the page shows now. */
export function colorOf(property: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${property})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** The choice applies to all pages of the same origin. */
const STORED_AS = 'theme'

/** Follows the system until the reader chooses. Calls `redraw` after every change: a canvas keeps its old colours. */
export function followTheme(button: HTMLElement | null, redraw: () => void): void {
  const root = document.documentElement
  const chosen = storage()?.getItem(STORED_AS)
  if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen
  button?.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    storage()?.setItem(STORED_AS, root.dataset.theme)
    redraw()
  })
  systemTheme().addEventListener('change', redraw)
}

/** Whether the page is dark now: by the reader's choice, otherwise as the system is. */
export function isDark(): boolean {
  const { theme } = document.documentElement.dataset
  return theme === undefined ? systemTheme().matches : theme === 'dark'
}

function systemTheme(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)')
}

/** Undefined where the browser forbids storage: the choice then lasts until the page is closed. */
function storage(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}

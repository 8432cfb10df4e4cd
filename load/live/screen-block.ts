export interface ScreenLine {
  readonly text: string
  readonly style?: 'bold' | 'dim' | 'red'
}

/** The part of a terminal that a block uses. */
export interface Screen {
  readonly columns?: number
  write(text: string): unknown
}

const STYLES = { bold: ['\x1b[1m', '\x1b[22m'], dim: ['\x1b[2m', '\x1b[22m'], red: ['\x1b[31m', '\x1b[39m'] } as const

/**
 * Redraws the last lines of a terminal in place. The cursor stays after the last line and is never hidden, so the
 * terminal needs no repair however the process ends.
 */
export class ScreenBlock {
  #widths: readonly number[] = []

  constructor(readonly screen: Screen) {}

  /** Draws in one write, so that nobody sees half a block. The lines of `above` are printed before it and stay. */
  draw(lines: readonly ScreenLine[], above: readonly ScreenLine[] = []): void {
    const kept = above.map(({ text, style }) => `${styled(text, style)}\n`)
    const cut = lines.map(({ text, style }) => ({ text: this.#cut(text), style }))
    const back = this.#back()
    this.#widths = cut.map(({ text }) => text.length)
    this.screen.write(back + kept.join('') + cut.map(({ text, style }) => `${styled(text, style)}\n`).join(''))
  }

  /** Moves to the first line of the block and clears it. In a narrower terminal, a line takes several rows. */
  #back(): string {
    const rows = this.#widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / this.#columns())), 0)
    return rows === 0 ? '' : `\x1b[${rows}A\r\x1b[0J`
  }

  #cut(text: string): string {
    const most = this.#columns() - 1
    return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`
  }

  #columns(): number {
    return Math.max(20, this.screen.columns ?? 80)
  }
}

function styled(text: string, style: ScreenLine['style']): string {
  if (style === undefined) return text
  const [begin, end] = STYLES[style]
  return begin + text + end
}

export interface ScreenLine {
  readonly text: string
  readonly style?: 'bold' | 'dim' | 'red'
}

/** What a block needs of a terminal. */
export interface Screen {
  readonly columns?: number
  write(text: string): unknown
}

const STYLES = { bold: ['\x1b[1m', '\x1b[22m'], dim: ['\x1b[2m', '\x1b[22m'], red: ['\x1b[31m', '\x1b[39m'] } as const

/**
 * The last lines of a terminal, drawn over and over in their place. The cursor stays where everybody expects it, after
 * the last line, and is never hidden: so there is nothing to put right, whatever ends the process.
 */
export class ScreenBlock {
  #widths: readonly number[] = []

  constructor(readonly screen: Screen) {}

  /** In one write, so that no half-drawn block is seen. `above` stays, as if it had been printed before the block. */
  draw(lines: readonly ScreenLine[], above: readonly ScreenLine[] = []): void {
    const kept = above.map(({ text, style }) => `${styled(text, style)}\n`)
    const cut = lines.map(({ text, style }) => ({ text: this.#cut(text), style }))
    const back = this.#back()
    this.#widths = cut.map(({ text }) => text.length)
    this.screen.write(back + kept.join('') + cut.map(({ text, style }) => `${styled(text, style)}\n`).join(''))
  }

  /** To the first line of the block, clearing it: lines take several rows when the terminal has become narrower. */
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

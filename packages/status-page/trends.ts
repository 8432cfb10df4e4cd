/** Named values over the last minutes. A value that was not known is a gap. */
export class Trends {
  readonly #times: number[] = []
  readonly #values = new Map<string, (number | undefined)[]>()

  constructor(
    private readonly longestSpanMs: number,
    private readonly shortestSpanMs: number,
  ) {}

  /** The time that a chart shows: all of the recorded time, so that lines soon fill the chart. */
  get spanMs(): number {
    return Math.max(this.shortestSpanMs, (this.#times.at(-1) ?? 0) - (this.#times[0] ?? 0))
  }

  add(atMs: number, values: Readonly<Record<string, number | undefined>>): void {
    for (const name of Object.keys(values)) {
      if (!this.#values.has(name))
        this.#values.set(
          name,
          this.#times.map(() => undefined),
        )
    }
    this.#times.push(atMs)
    for (const [name, line] of this.#values) line.push(values[name])
    while ((this.#times[0] ?? atMs) < atMs - this.longestSpanMs) {
      this.#times.shift()
      for (const line of this.#values.values()) line.shift()
    }
  }

  line(name: string): readonly Point[] {
    const values = this.#values.get(name) ?? []
    return this.#times.map((atMs, index) => ({ atMs, value: values[index] }))
  }
}

export interface Point {
  readonly atMs: number
  readonly value: number | undefined
}

export interface Frame {
  readonly width: number
  readonly height: number
  readonly fromMs: number
  readonly toMs: number
  readonly top: number
}

/** The SVG path of a line, from 0 at the bottom to `top`. Every gap interrupts it. */
export function linePath(points: readonly Point[], { width, height, fromMs, toMs, top }: Frame): string {
  const round = (value: number) => Math.round(value * 10) / 10
  let isDrawing = false
  let path = ''
  for (const { atMs, value } of points) {
    if (value === undefined) {
      isDrawing = false
      continue
    }
    const x = round(((atMs - fromMs) / (toMs - fromMs)) * width)
    const y = round(height - (Math.min(value, top) / top) * height)
    // A line without length has round ends, which make a single value visible as a dot.
    path += isDrawing ? `L${x} ${y}` : `M${x} ${y}h0`
    isDrawing = true
  }
  return path
}

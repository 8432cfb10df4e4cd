/** Values over the last minutes, by name; a value that was not known then is a gap. */
export class Trends {
  readonly #times: number[] = []
  readonly #values = new Map<string, (number | undefined)[]>()

  constructor(
    private readonly longestSpanMs: number,
    private readonly shortestSpanMs: number,
  ) {}

  /** What a chart shows: all there is, so that lines fill it soon. */
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

/** The path of a line, from 0 at the bottom to `top`; a new stroke begins after every gap. */
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
    // A line of no length, with round ends, is a dot: a lone value is seen too.
    path += isDrawing ? `L${x} ${y}` : `M${x} ${y}h0`
    isDrawing = true
  }
  return path
}

/** The smallest of 1, 2, 5, 10, 20 and so on that nothing is above. */
export function niceTop(values: readonly (number | undefined)[], smallest: number): number {
  const highest = Math.max(smallest, ...values.map((value) => value ?? 0))
  const power = 10 ** Math.floor(Math.log10(highest))
  return ([1, 2, 5, 10].find((step) => step * power >= highest * 0.999_999) ?? 10) * power
}

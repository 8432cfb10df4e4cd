const MAX_EXAMPLES = 5

/** Differences between responses and records: a few examples of each kind, and how many more there are. */
export class Discrepancies {
  readonly #byKind = new Map<string, string[]>()

  get isEmpty(): boolean {
    return this.#byKind.size === 0
  }

  add(kind: string, detail: string): void {
    const details = this.#byKind.get(kind) ?? []
    details.push(detail)
    this.#byKind.set(kind, details)
  }

  toLines(): string[] {
    return [...this.#byKind].flatMap(([kind, details]) => {
      const rest = details.length - MAX_EXAMPLES
      const shown = details.slice(0, MAX_EXAMPLES).map((detail) => `${kind} ${detail}`)
      return rest > 0 ? [...shown, `${kind}: and ${rest} more`] : shown
    })
  }
}

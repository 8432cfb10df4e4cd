const SHOWN_OF_A_KIND = 5

/** What does not add up, for people to look up: a few of each kind, and how many there are. */
export class Complaints {
  readonly #byKind = new Map<string, string[]>()

  get none(): boolean {
    return this.#byKind.size === 0
  }

  add(kind: string, detail: string): void {
    const details = this.#byKind.get(kind) ?? []
    details.push(detail)
    this.#byKind.set(kind, details)
  }

  toLines(): string[] {
    return [...this.#byKind].flatMap(([kind, details]) => {
      const rest = details.length - SHOWN_OF_A_KIND
      const shown = details.slice(0, SHOWN_OF_A_KIND).map((detail) => `${kind} ${detail}`)
      return rest > 0 ? [...shown, `${kind}: and ${rest} more`] : shown
    })
  }
}

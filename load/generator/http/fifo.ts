const COMPACT_FROM = 1024

/** A queue that removes items from its front without moving the others each time. */
export class Fifo<Item> {
  #items: (Item | undefined)[] = []
  #front = 0

  get length(): number {
    return this.#items.length - this.#front
  }

  push(item: Item): void {
    this.#items.push(item)
  }

  peek(): Item | undefined {
    return this.#items[this.#front]
  }

  shift(): Item | undefined {
    const item = this.#items[this.#front]
    if (this.length === 0) return undefined
    this.#items[this.#front++] = undefined
    if (this.#front >= COMPACT_FROM && this.#front * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#front)
      this.#front = 0
    }
    return item
  }
}

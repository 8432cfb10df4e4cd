/** The word that was probably meant, if one is similar enough to be a typing error. */
export function closestWord(typed: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((word) => ({ word, distance: word.startsWith(typed) && typed.length > 2 ? 0 : distance(typed, word) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  const mostErrors = Math.max(1, Math.floor(typed.length / 3))
  return best !== undefined && best.distance <= mostErrors ? best.word : undefined
}

/** How many letters must be inserted, removed, replaced, or swapped with their neighbour. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const at = (rowsBack: number, columnsBack: number) =>
        (rowsBack === 0 ? current : rows[row - rowsBack])?.[column - columnsBack] ?? Number.POSITIVE_INFINITY
      const isEqual = from[row - 1] === to[column - 1]
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const choices = [at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (isEqual ? 0 : 1), isSwapped ? at(2, 2) + 1 : Infinity]
      current.push(Math.min(...choices))
    }
    rows.push(current)
  }
  return rows[from.length]?.[to.length] ?? Number.POSITIVE_INFINITY
}

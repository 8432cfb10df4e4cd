export type TableRow = Readonly<Record<string, string | number>>

/** Rows with the same members as a table, aligned, the members' names as its head. Numbers end at the right. */
export function formatTable(rows: readonly TableRow[]): string {
  const columns = Object.keys(rows[0] ?? {}).map((name) => {
    const cells = rows.map((row) => toText(row[name] ?? ''))
    return {
      cells: [name, ...cells],
      width: Math.max(...[name, ...cells].map(({ length }) => length)),
      isNumeric: rows.every((row) => typeof row[name] === 'number'),
    }
  })
  const line = (at: number) =>
    columns
      .map(({ cells, width, isNumeric }) => {
        const cell = cells[at] ?? ''
        return isNumeric ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return Array.from({ length: rows.length + 1 }, (_, at) => line(at)).join('\n')
}

function toText(cell: string | number): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : cell
}

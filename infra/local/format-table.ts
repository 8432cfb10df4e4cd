/** Rows with the same members as a table, aligned, the members' names as its head. */
export function formatTable(rows: readonly Readonly<Record<string, string>>[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const width = (column: string) => Math.max(column.length, ...rows.map((row) => (row[column] ?? '').length))
  const format = (cells: readonly string[]) =>
    cells
      .map((cell, index) => cell.padEnd(width(columns[index] ?? '')))
      .join('  ')
      .trimEnd()
  return [format(columns), ...rows.map((row) => format(columns.map((column) => row[column] ?? '')))].join('\n')
}

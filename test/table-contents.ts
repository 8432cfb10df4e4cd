import type { Database } from '@ecommerce/adapters/mysql'

/**
 * How many rows each table holds and what they add up to: equal before and after means that nothing was written. The
 * outbox is left out: it empties as its events are relayed, and gains none without a change in another table.
 */
export function tableContents(database: Database): Promise<Record<string, { rows: number; checksum: number }>> {
  return database.read(async (session) => {
    const tables = await session.rows<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name <> 'outbox'",
    )
    const contents: Record<string, { rows: number; checksum: number }> = {}
    for (const { name } of tables) {
      const [count] = await session.rows<{ rows: number }>(`SELECT COUNT(*) AS \`rows\` FROM \`${name}\``)
      const [sum] = await session.rows<{ Checksum: number }>(`CHECKSUM TABLE \`${name}\``)
      contents[name] = { rows: count?.rows ?? 0, checksum: sum?.Checksum ?? 0 }
    }
    return contents
  })
}

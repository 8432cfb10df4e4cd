import type { Database } from '@ecommerce/adapters/mysql'

/**
 * The row count and the checksum of each table: equal before and after means that nothing was written. The outbox and
 * the lease of its relay are left out: relaying changes both, and the outbox gains an event only with a change in another
 * table.
 */
export function tableContents(database: Database): Promise<Record<string, { rows: number; checksum: number }>> {
  return database.read(async (session) => {
    const tables = await session.rows<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT IN ('outbox', 'leases')",
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

import type { ServerDescription } from '../server-description'
import type { Database } from './database'

interface VariablesRow {
  readonly version: string
  readonly version_comment: string
  readonly innodb_flush_log_at_trx_commit: number
  readonly sync_binlog: number
  readonly log_bin: number
}

/** Reads the version, and whether a commit is on disk before it is acknowledged. @throws {UnavailableError} */
export async function describeMysql(database: Database): Promise<ServerDescription> {
  const [row] = await database.read((session) =>
    session.rows<VariablesRow>(
      `SELECT @@version AS version, @@version_comment AS version_comment, @@sync_binlog AS sync_binlog,
         @@innodb_flush_log_at_trx_commit AS innodb_flush_log_at_trx_commit, @@log_bin AS log_bin`,
    ),
  )
  if (!row) throw new Error('a SELECT of variables has one row')
  const { version, version_comment, ...settings } = row
  return {
    version: `${version} (${version_comment})`,
    durability: {
      innodb_flush_log_at_trx_commit: String(settings.innodb_flush_log_at_trx_commit),
      sync_binlog: String(settings.sync_binlog),
      log_bin: settings.log_bin === 1 ? 'ON' : 'OFF',
    },
  }
}

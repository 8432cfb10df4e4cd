import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withConnection } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'
import mysql from 'mysql2/promise'
import { fillOnce, findTag, type Instance } from './instance'
import { startDetached, stopProcess } from './native-process'
import { findProgram, mustRun, run } from './run'
import type { NativeStart, ProbeResult, Server } from './server'

/** Access denied: for the user, to the database, without the privilege, from this host. */
const REFUSALS = new Set([1044, 1045, 1698, 1130])

export const mysqlServer: Server = {
  name: 'mysql',
  title: 'MySQL',
  startTimeoutMs: 90_000,
  installHint: 'brew install mysql',

  host: (config) => config.MYSQL_HOST,
  address: (config) => `${config.MYSQL_HOST}:${config.MYSQL_PORT}`,
  ports: (config) => [{ key: 'MYSQL_PORT', port: config.MYSQL_PORT }],
  withPorts: (config, [port = config.MYSQL_PORT]) => ({ ...config, MYSQL_PORT: port }),
  environment: (config) => ({ MYSQL_HOST: config.MYSQL_HOST, MYSQL_PORT: String(config.MYSQL_PORT) }),
  composeEnvironment: ({ MYSQL_USER, MYSQL_PASSWORD, MYSQL_DATABASE }, instance) => ({
    MYSQL_ACCOUNT: MYSQL_USER === 'root' ? '' : MYSQL_USER,
    MYSQL_PASSWORD,
    MYSQL_DATABASE,
    LOCAL_INSTANCE: instance.tag,
  }),

  probe,
  missingPackages: () => (findServerProgram() === undefined ? ['mariadb-server'] : []),
  startNative,
  stopNative: (instance) => stopProcess(instance.files('mysql'), 30_000),
}

/** @throws the error of the server, e.g. that this user may not create databases */
export async function createDatabase(config: Config): Promise<void> {
  const statement = `CREATE DATABASE IF NOT EXISTS \`${config.MYSQL_DATABASE}\``
  await withConnection(config, (connection) => connection.query(statement), { selectDatabase: false })
}

async function probe(config: Config): Promise<ProbeResult> {
  try {
    return await withConnection(config, identify, { selectDatabase: false, connectTimeoutMs: 2_000 })
  } catch (error) {
    const refused = error instanceof Error && 'errno' in error && REFUSALS.has(Number(error.errno))
    return refused ? { kind: 'refused', reason: `refuses user ${config.MYSQL_USER}` } : { kind: 'silent' }
  }
}

async function identify(connection: mysql.Connection): Promise<ProbeResult> {
  const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT VERSION() AS version, @@report_host AS tag')
  return { kind: 'ready', version: String(rows[0]?.version), tag: findTag(rows[0]?.tag ?? undefined) }
}

function findServerProgram(): string | undefined {
  return findProgram('mysqld', 'mariadbd')
}

async function startNative({ config, instance, note }: NativeStart): Promise<void> {
  const program = findServerProgram()
  if (program === undefined) throw new Error('no mysqld and no mariadbd on this machine')
  const isMariadb = (await run(program, ['--version'])).stdout.includes('MariaDB')
  const folder = instance.serverFolder('mysql')
  const data = join(folder, 'data')
  mkdirSync(folder, { recursive: true })
  await fillOnce(data, async (staging) => {
    note('creating the data directory')
    await (isMariadb ? createMariadbData(staging) : createMysqlData(program, staging))
  })

  note(`starting ${program}`)
  await startDetached(instance.files('mysql'), {
    command: program,
    args: [
      '--no-defaults',
      ...asCurrentUser(),
      `--datadir=${data}`,
      `--port=${config.MYSQL_PORT}`,
      '--bind-address=127.0.0.1',
      // Relative to the data directory: the path of a socket must not exceed 107 characters.
      '--socket=mysql.sock',
      '--pid-file=mysql.pid',
      '--skip-name-resolve',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_unicode_520_ci',
      `--report-host=${instance.tag}`,
      `--init-file=${writeAccounts(instance, config)}`,
      ...(isMariadb ? [] : ['--mysqlx=OFF', '--secure-file-priv=NULL']),
    ],
  })
}

async function createMariadbData(folder: string): Promise<void> {
  const program = findProgram('mariadb-install-db', 'mysql_install_db')
  if (program === undefined) throw new Error('no mariadb-install-db on this machine')
  const options = ['--no-defaults', `--datadir=${folder}`, ...asCurrentUser()]
  // Forced, because otherwise it fails on a machine that cannot resolve its own name.
  await mustRun(program, [...options, '--force', '--auth-root-authentication-method=normal', '--skip-test-db'])
}

async function createMysqlData(program: string, folder: string): Promise<void> {
  await mustRun(program, ['--no-defaults', ...asCurrentUser(), `--datadir=${folder}`, '--initialize-insecure'])
}

/** Both run as root only with this option, and only root can read a data directory under /root. */
function asCurrentUser(): readonly string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : []
}

/**
 * Writes statements that run at every start, one per line. They create the configured account, or set its password after
 * a change. A new data directory has accounts without password for the hosts besides `%`.
 */
function writeAccounts(instance: Instance, { MYSQL_USER, MYSQL_PASSWORD }: Config): string {
  const accounts = ['%', 'localhost', '127.0.0.1'].map((host) => `${mysql.escape(MYSQL_USER)}@'${host}'`)
  const statements = accounts.flatMap((account) => [
    `CREATE USER IF NOT EXISTS ${account}`,
    `ALTER USER ${account} IDENTIFIED BY ${mysql.escape(MYSQL_PASSWORD)}`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION`,
  ])
  const file = join(instance.serverFolder('mysql'), 'accounts.sql')
  writeFileSync(file, statements.map((statement) => `${statement};\n`).join(''), { mode: 0o600 })
  return file
}

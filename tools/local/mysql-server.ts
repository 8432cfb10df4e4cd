import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withConnection } from '@ecommerce/adapters/mysql'
import type { Config } from '@ecommerce/runtime/config'
import mysql from 'mysql2/promise'
import { fillOnce } from './instance'
import { startDetached } from './native-process'
import { findProgram, mustRun, run } from './run'
import { type NativeStart, type ProbeResult, type Server, singlePart } from './server'
import { stopOthers, stopServer } from './stop-server'
import { findTag } from './tag-file'

/** Access denied: for the user, to the database, without the privilege, from this host. */
const REFUSALS = new Set([1044, 1045, 1698, 1130])

const STOP_TIMEOUT_MS = 30_000

export const mysqlServer: Server = {
  name: 'mysql',
  title: 'MySQL',
  nodes: 1,
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
  parts: (config) => [singlePart(mysqlServer, config)],
  missingPackages: () => (findServerProgram() === undefined ? ['mariadb-server'] : []),
  startNative,
  stopOtherForm: (instance) => stopOthers(instance, 'mysql', ['mysql'], STOP_TIMEOUT_MS),
  stopStale: async (instance) => {
    await stopServer(instance, 'mysql', STOP_TIMEOUT_MS)
    return false
  },
  stopNative: (instance) => stopServer(instance, 'mysql', STOP_TIMEOUT_MS),
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
  const temporary = ownTemporaryFolder(folder)
  await fillOnce(data, async (staging) => {
    note('creating the data directory')
    await (isMariadb ? createMariadbData(staging, temporary) : createMysqlData(program, staging, temporary))
  })

  note(`starting ${program}`)
  await startDetached(instance.files('mysql'), {
    command: program,
    args: [
      '--no-defaults',
      ...asCurrentUser(),
      temporary,
      ...serverArguments({ data, port: config.MYSQL_PORT, tag: instance.tag }),
      `--init-file=${writeAccounts(folder, config)}`,
      ...(isMariadb ? [] : ['--mysqlx=OFF', '--secure-file-priv=NULL']),
    ],
  })
}

/** The arguments of a single server and of a node. */
export function serverArguments({ data, port, tag }: { data: string; port: number; tag: string }): readonly string[] {
  return [
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    // Relative to the data directory: the path of a socket must not exceed 107 characters.
    '--socket=mysql.sock',
    '--pid-file=mysql.pid',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_520_ci',
    `--report-host=${tag}`,
  ]
}

/**
 * The option for a folder of its own for temporary tables. In a shared folder, a server that starts deletes the temporary
 * tables of all others.
 */
export function ownTemporaryFolder(serverFolder: string): string {
  const folder = join(serverFolder, 'tmp')
  mkdirSync(folder, { recursive: true })
  return `--tmpdir=${folder}`
}

export async function createMariadbData(folder: string, temporary: string): Promise<void> {
  const program = findProgram('mariadb-install-db', 'mysql_install_db')
  if (program === undefined) throw new Error('no mariadb-install-db on this machine')
  const options = ['--no-defaults', `--datadir=${folder}`, temporary, ...asCurrentUser()]
  // Forced, because otherwise it fails on a machine that cannot resolve its own name.
  await mustRun(program, [...options, '--force', '--auth-root-authentication-method=normal', '--skip-test-db'])
}

async function createMysqlData(program: string, folder: string, temporary: string): Promise<void> {
  const options = ['--no-defaults', ...asCurrentUser(), `--datadir=${folder}`, temporary]
  await mustRun(program, [...options, '--initialize-insecure'])
}

/** Both run as root only with this option, and only root can read a data directory under /root. */
export function asCurrentUser(): readonly string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : []
}

/**
 * Writes statements that run at every start, one per line. They create the configured account, or set its password after
 * a change. A new data directory has accounts without password for the hosts besides `%`.
 */
function writeAccounts(folder: string, config: Config): string {
  const file = join(folder, 'accounts.sql')
  writeFileSync(file, accountStatements(config), { mode: 0o600 })
  return file
}

export function accountStatements({ MYSQL_USER, MYSQL_PASSWORD }: Config): string {
  const accounts = ['%', 'localhost', '127.0.0.1'].map((host) => `${mysql.escape(MYSQL_USER)}@'${host}'`)
  const statements = accounts.flatMap((account) => [
    `CREATE USER IF NOT EXISTS ${account}`,
    `ALTER USER ${account} IDENTIFIED BY ${mysql.escape(MYSQL_PASSWORD)}`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION`,
  ])
  return statements.map((statement) => `${statement};\n`).join('')
}

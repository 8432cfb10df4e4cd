import type { Config } from '@ecommerce/runtime/config'
import mysql from 'mysql2/promise'
import { asAdministrator, killOfShop, SHOP_ACCOUNT } from '../servers/mysql-admin'
import type { Fault, World } from './fault'
import { Repetition } from './repetition'

const HOSTS = ['%', 'localhost', '127.0.0.1']

function sql(...statements: readonly string[]): (world: World) => Promise<void> {
  return async ({ servers }) => {
    await asAdministrator(servers.config, ...statements)
  }
}

/** A global setting that only new connections see, so those of the shop are ended. */
function globalSetting(id: string, name: string, value: string): Fault {
  let before = ''
  return {
    id: `mysql:${id}`,
    target: 'mysql',
    title: `new connections start with ${name} = ${value}`,
    async begin({ servers: { config } }) {
      const [row] = await asAdministrator(config, `SELECT @@GLOBAL.${name} AS value`)
      before = mysql.escape(row?.value)
      await asAdministrator(config, `SET GLOBAL ${name} = ${value}`)
      await killOfShop(config, 'CONNECTION')
    },
    async end({ servers: { config } }) {
      await asAdministrator(config, `SET GLOBAL ${name} = ${before}`)
      await killOfShop(config, 'CONNECTION')
    },
  }
}

function killing(what: 'CONNECTION' | 'QUERY', everyMs: number): Fault {
  const repetition = new Repetition()
  return {
    id: what === 'QUERY' ? 'mysql:kill-queries' : 'mysql:kill-connections',
    target: 'mysql',
    title: `an administrator ends ${what === 'QUERY' ? 'the running statements' : 'all connections'} again and again`,
    begin: async ({ servers }) => repetition.begin(everyMs, () => killOfShop(servers.config, what)),
    end: () => repetition.end(),
  }
}

/** Rights on a database take effect with the next connection. */
function privileges(verb: 'REVOKE' | 'GRANT', { MYSQL_DATABASE }: Config): string[] {
  const preposition = verb === 'REVOKE' ? 'FROM' : 'TO'
  return HOSTS.map(
    (host) => `${verb} INSERT, UPDATE ON \`${MYSQL_DATABASE}\`.* ${preposition} '${SHOP_ACCOUNT.user}'@'${host}'`,
  )
}

let blocker: mysql.Connection | undefined

export const MYSQL_FAULTS: readonly Fault[] = [
  {
    id: 'mysql:read-only',
    target: 'mysql',
    title: 'the server becomes read-only and keeps its connections, as in a planned switchover',
    begin: sql('SET GLOBAL read_only = 1'),
    end: sql('SET GLOBAL read_only = 0'),
  },
  killing('QUERY', 100),
  killing('CONNECTION', 500),
  {
    id: 'mysql:revoked',
    target: 'mysql',
    title: 'the shop loses the right to write',
    async begin({ servers: { config } }) {
      await asAdministrator(config, ...privileges('REVOKE', config))
      await killOfShop(config, 'CONNECTION')
    },
    async end({ servers: { config } }) {
      await asAdministrator(config, ...privileges('GRANT', config))
      await killOfShop(config, 'CONNECTION')
    },
  },
  {
    id: 'mysql:table-away',
    target: 'mysql',
    title: 'the table of orders is renamed, and renamed back',
    begin: sql('RENAME TABLE orders TO orders_away'),
    end: sql('RENAME TABLE orders_away TO orders'),
  },
  {
    id: 'mysql:rows-locked',
    target: 'mysql',
    title: 'another client holds the rows of all products',
    async begin({ servers: { config } }) {
      blocker = await mysql.createConnection({
        host: config.MYSQL_HOST,
        port: config.MYSQL_PORT,
        user: config.MYSQL_USER,
        password: config.MYSQL_PASSWORD,
        database: config.MYSQL_DATABASE,
      })
      await blocker.beginTransaction()
      await blocker.query('SELECT id FROM products FOR UPDATE')
    },
    async end() {
      blocker?.destroy()
      blocker = undefined
    },
  },
  globalSetting('few-connections', 'max_connections', '10'),
  globalSetting('autocommit', 'autocommit', '0'),
  globalSetting('sql-mode', 'sql_mode', "'ANSI,NO_BACKSLASH_ESCAPES'"),
  globalSetting('time-zone', 'time_zone', "'-11:00'"),
]

import { UnavailableError } from '@ecommerce/domain'
import { describe, expect, it } from 'vitest'
import { DeadlinePassedError, type ErrorKind, kindOf, NoConnectionError, ReadOnlyServerError } from './mysql-error'

const fromServer = (errno: number, sqlState: string) => Object.assign(new Error('from the server'), { errno, sqlState })

/** The numbers are those of MySQL 8.4, MariaDB 10.11 or both. */
const SERVER_ERRORS: Record<ErrorKind, readonly [errno: number, sqlState: string, what: string][]> = {
  conflict: [
    [1213, '40001', 'a deadlock, or a failed certification of Galera'],
    [1205, 'HY000', 'a row or a table that stays locked'],
    [3572, 'HY000', 'a row that is locked, with NOWAIT'],
    [1613, 'XA106', 'a distributed transaction that took too long'],
    [1614, 'XA102', 'a deadlock of a distributed transaction'],
    [1020, 'HY000', 'a record that has changed since the snapshot (MariaDB)'],
  ],
  role: [
    [1290, 'HY000', 'a server with read_only or super_read_only'],
    [1836, 'HY000', 'a server in read-only mode'],
    [1792, '25006', 'a read-only transaction'],
    [1036, 'HY000', 'a table that is read-only'],
    [1874, 'HY000', 'a read-only InnoDB'],
    [3100, 'HY000', 'a failed hook before the commit of a group'],
    [3101, '40000', 'a transaction that the group has rolled back'],
    [3032, 'HY000', 'a server in offline mode'],
    [1047, '08S01', 'a Galera node without a quorum'],
  ],
  unavailable: [
    [1044, '42000', 'access to a database refused'],
    [1045, '28000', 'a wrong password'],
    [1698, '28000', 'a user without a password'],
    [1142, '42000', 'a privilege on a table that is missing'],
    [1143, '42000', 'a privilege on a column that is missing'],
    [1227, '42000', 'a privilege of administration that is missing'],
    [1820, 'HY000', 'a password that has expired'],
    [1862, 'HY000', 'a password that has expired, at the login'],
    [3118, 'HY000', 'a locked account'],
    [1040, '08004', 'too many connections'],
    [1203, '42000', 'too many connections of this user'],
    [1226, '42000', 'a limit of the account that is reached'],
    [1129, 'HY000', 'a blocked host'],
    [1130, 'HY000', 'a host that may not connect'],
    [1040, '', 'an error before the handshake, without a state'],
    [1049, '42000', 'a database that is missing'],
    [1146, '42S02', 'a table that is missing'],
    [1054, '42S22', 'a column that is missing, because the schema is older or newer'],
    [1317, '70100', 'a killed query'],
    [3024, 'HY000', 'a query that took too long (MySQL)'],
    [1969, '70100', 'a query that took too long (MariaDB)'],
    [1053, '08S01', 'a shutdown'],
    [1077, '08S01', 'a normal shutdown'],
    [1927, '70100', 'a killed connection (MariaDB)'],
    [4031, 'HY000', 'a connection that was idle for too long'],
    [1158, '08S01', 'a packet that could not be read'],
    [1153, '08S01', 'a packet that is too large for the server'],
    [3, 'HY000', 'a file that could not be written'],
    [28, 'HY000', 'no space left on the device'],
    [1021, 'HY000', 'a full disk'],
    [1114, 'HY000', 'a full table'],
    [1030, 'HY000', 'an error of the storage engine'],
    [1026, 'HY000', 'a file that could not be written, during a commit'],
    [1037, 'HY001', 'a server without memory'],
    [1038, 'HY001', 'no memory to sort'],
    [1041, 'HY000', 'a machine without memory'],
    [1135, 'HY000', 'a thread that could not be created'],
    [1180, 'HY000', 'an error during a commit'],
    [1206, 'HY000', 'too many locks'],
    [1105, 'HY000', 'an unknown error'],
    [1598, 'HY000', 'a binary log that cannot be written'],
    [65_000, 'HY000', 'a number of a future version'],
  ],
  statement: [
    [1064, '42000', 'a syntax error'],
    [1052, '23000', 'an ambiguous column'],
    [1305, '42000', 'an unknown function'],
    [1136, '21S01', 'a wrong number of values'],
    [1242, '21000', 'a subquery with several rows'],
    [1193, 'HY000', 'an unknown variable'],
    [1210, 'HY000', 'wrong arguments'],
    [1235, '42000', 'a statement that this version does not support'],
    [1062, '23000', 'a duplicate entry'],
    [1048, '23000', 'a missing value'],
    [1364, 'HY000', 'a missing value without a default'],
    [1451, '23000', 'a row that others refer to'],
    [1264, '22003', 'a number out of range'],
    [1690, '22003', 'a result out of range'],
    [1406, '22001', 'a text that is too long'],
    [1366, 'HY000', 'a text in another character set'],
    [1292, '22007', 'an invalid time'],
    [3140, '22032', 'invalid JSON'],
    [3819, 'HY000', 'a violated constraint (MySQL)'],
    [4025, '23000', 'a violated constraint (MariaDB)'],
  ],
}

describe('an error of the server', () => {
  const rows = Object.entries(SERVER_ERRORS).flatMap(([kind, errors]) =>
    errors.map((error) => [...error, kind] as const),
  )

  it.each(rows)('%i (%s), %s, is of the kind %s', (errno, sqlState, _, kind) => {
    expect(kindOf(fromServer(errno, sqlState))).toBe(kind)
  })
})

describe('an error of the connection', () => {
  it.each([
    { code: 'ECONNREFUSED', errno: -111, syscall: 'connect' },
    { code: 'ECONNRESET', errno: -104 },
    { code: 'ENETUNREACH', errno: -101 },
    { code: 'EHOSTDOWN' },
    { code: 'ENOTFOUND', errno: -3008 },
    { code: 'EAI_AGAIN' },
    { code: 'EMFILE' },
    { code: 'PROTOCOL_CONNECTION_LOST', fatal: true },
    { code: 'PROTOCOL_SEQUENCE_TIMEOUT' },
    { code: 'CERT_HAS_EXPIRED', fatal: true },
    { fatal: true },
  ])('$code is unavailable', (fields) => {
    expect(kindOf(Object.assign(new Error('lost'), fields))).toBe('unavailable')
  })

  it('is unavailable when no connection was free, or the deadline has passed', () => {
    expect(kindOf(new NoConnectionError())).toBe('unavailable')
    expect(kindOf(new DeadlinePassedError())).toBe('unavailable')
  })

  it('is an error of the role when the server is known to be read-only', () => {
    expect(kindOf(new ReadOnlyServerError('db:3306'))).toBe('role')
  })
})

describe('an error of something else', () => {
  it.each([
    ['a defect', new TypeError('x is not a function')],
    ['a wrong argument for Node.js', Object.assign(new Error('invalid'), { code: 'ERR_INVALID_ARG_TYPE' })],
    ['an unavailable broker', new UnavailableError('Kafka')],
    ['no error at all', 'text'],
  ])('has no kind: %s', (_, error) => {
    expect(kindOf(error)).toBeUndefined()
  })
})

import type { SpanStart, Tracer } from '@ecommerce/domain'
import type { DatabaseAddress } from './connection-options'
import type { QueryConnection } from './session'

type TracedAddress = Pick<DatabaseAddress, 'host' | 'port' | 'database'>

const MAX_SUMMARY = 255

/**
 * The same connection, each of its round trips in a span, with the text of its statements and none of their values. What
 * nobody's trace asks for (the relay of events, a health check) has none.
 */
export function traceQueries(tracer: Tracer, address: TracedAddress, connection: QueryConnection): QueryConnection {
  return {
    query: (options, values) => {
      if (tracer.current === undefined) return connection.query(options, values)
      return tracer.inSpan(toSpan(options.sql, address), async (span) => {
        try {
          return await connection.query(options, values)
        } catch (error) {
          if (hasCode(error)) span.set({ 'db.response.status_code': error.code })
          throw error
        }
      })
    },
  }
}

function toSpan(sql: string, { host, port, database }: TracedAddress): SpanStart {
  const statements = sql.split(';\n')
  const summary = statements.map(summaryOf).join('; ').slice(0, MAX_SUMMARY)
  return {
    name: summary,
    kind: 'client',
    attributes: {
      'db.system.name': 'mysql',
      'db.namespace': database,
      'db.query.summary': summary,
      'db.query.text': sql,
      'server.address': host,
      'server.port': port,
      ...(statements.length > 1 && { 'db.operation.batch.size': statements.length }),
    },
  }
}

/** The verb of a statement, and the table it is about. */
function summaryOf(statement: string): string {
  const [, verb = ''] = /^\s*(\w+)/.exec(statement) ?? []
  const [, table] = /\b(?:FROM|INTO|UPDATE)\s+(\w+)/i.exec(statement) ?? []
  return table === undefined ? verb : `${verb} ${table}`
}

function hasCode(error: unknown): error is { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

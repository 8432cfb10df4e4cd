import type { SpanStart, Tracer } from '@ecommerce/domain'
import type { DatabaseAddress } from './connection-options'
import type { QueryConnection } from './session'

type TracedAddress = Pick<DatabaseAddress, 'host' | 'port' | 'database'>

const MAX_SUMMARY = 255

/**
 * Wraps a connection so that each round trip gets a span, with the text of the statements and without their values. A
 * round trip outside of a trace, such as one of the outbox relay or a health check, gets no span.
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

/** The verb of a statement and its table. */
function summaryOf(statement: string): string {
  const [, verb = ''] = /^\s*(\w+)/.exec(statement) ?? []
  const [, table] = /\b(?:FROM|INTO|UPDATE)\s+(\w+)/i.exec(statement) ?? []
  return table === undefined ? verb : `${verb} ${table}`
}

function hasCode(error: unknown): error is { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

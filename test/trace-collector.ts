import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  /** Empty for the root span of a trace. */
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly hasFailed: boolean
}

/** The members of OTLP's JSON that are read here. */
interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[]
  }[]
}

interface OtlpSpan extends Omit<CollectedSpan, 'attributes' | 'hasFailed' | 'links' | 'parentSpanId'> {
  readonly attributes: readonly KeyValue[]
  readonly links?: CollectedSpan['links']
  readonly parentSpanId?: string
  readonly status?: { readonly code?: number }
}

interface KeyValue {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

const FAILED = 2

/** A collector of spans over OTLP/HTTP, for tests. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = []
  /** The resource attributes of each export request. */
  readonly resources: Readonly<Record<string, unknown>>[] = []
  readonly headers: IncomingMessage['headers'][] = []
  /** The bodies of all requests, unparsed. */
  text = ''

  static async start(): Promise<TraceCollector> {
    const server = createServer()
    const collector = new TraceCollector(server)
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      if (request.url === '/v1/traces') collector.#add(Buffer.concat(chunks).toString(), request.headers)
      response.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return collector
  }

  private constructor(private readonly server: Server) {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** The spans of a trace by their names; the last of several with the same name. */
  byName(traceId: string): ReadonlyMap<string, CollectedSpan> {
    return new Map(this.ofTrace(traceId).map((span) => [span.name, span]))
  }

  ofTrace(traceId: string): CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId)
  }

  /** The names of a span and its ancestors, up to the outermost collected one. */
  ancestry(span: CollectedSpan): string[] {
    const parent = this.spans.find(({ spanId }) => spanId === span.parentSpanId)
    return parent === undefined ? [span.name] : [span.name, ...this.ancestry(parent)]
  }

  async close(): Promise<void> {
    this.server.close()
    this.server.closeAllConnections()
    await once(this.server, 'close')
  }

  #add(text: string, headers: IncomingMessage['headers']): void {
    this.text += text
    this.headers.push(headers)
    const request: ExportRequest = JSON.parse(text)
    for (const { resource, scopeSpans } of request.resourceSpans) {
      this.resources.push(toRecord(resource.attributes))
      this.spans.push(...scopeSpans.flatMap(({ spans }) => spans.map(toSpan)))
    }
  }
}

function toSpan({ attributes, status, links = [], parentSpanId = '', ...span }: OtlpSpan): CollectedSpan {
  return { ...span, links, parentSpanId, attributes: toRecord(attributes), hasFailed: status?.code === FAILED }
}

function toRecord(attributes: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}

import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'

export interface HttpEventOptions {
  readonly method?: string
  readonly path?: string
  /** An object is sent as JSON with its content type, a string unchanged. */
  readonly body?: unknown
  /** By lower-case name, as API Gateway sends them. Undefined removes a default. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly query?: Readonly<Record<string, string>>
  readonly params?: Readonly<Record<string, string>>
  readonly base64?: boolean
}

/** The event of an API Gateway HTTP API, payload format 2.0. */
export function httpEvent(options: HttpEventOptions = {}): APIGatewayProxyEventV2 {
  const { method = 'GET', path = '/', headers = {}, query, params, base64 = false } = options
  const body = toText(options.body)
  const given = {
    host: 'api.example.com',
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }),
    ...headers,
  }
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(query && { queryStringParameters: { ...query } }),
    ...(params && { pathParameters: { ...params } }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api-1',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: randomUUID(),
      routeKey: `${method} ${path}`,
      stage: '$default',
      time: '01/Jan/2026:12:00:00 +0000',
      timeEpoch: 1_767_268_800_000,
    },
    ...(body !== undefined && { body: base64 ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded: base64,
  }
}

function toText(body: unknown): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
}

export function lambdaContext(overrides: Partial<Context> = {}): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'function',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:function',
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: '/aws/lambda/function',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => 10_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
    ...overrides,
  }
}

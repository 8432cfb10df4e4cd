import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { z } from '../zod'
import type { ProblemCode } from './problem'

/**
 * What one route takes and gives. The same schemas validate its requests, type its handler and describe it in the
 * OpenAPI document, so the three cannot differ.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Headers extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly operationId: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ANY'
  /** As in `serverless.yml`, for example `/orders/{id}`. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** A path parameter that does not match names nothing that exists: 404. */
  readonly params?: Params
  readonly query?: Query
  /** The headers the route reads, by lower-case name. */
  readonly headers?: Headers
  readonly body?: Body
  /** More media types than application/json that the body may come with. */
  readonly mediaTypes?: readonly string[]
  readonly success: {
    readonly status: number
    readonly description: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: Answer
    /** Default: application/json. */
    readonly mediaType?: string
  }
  /** What can go wrong besides what every route has in common. */
  readonly problems: readonly ProblemCode[]
}

export interface RouteRequest<R extends Route> {
  readonly params: Parsed<R['params']>
  readonly query: Parsed<R['query']>
  readonly headers: Parsed<R['headers']>
  readonly body: Parsed<R['body']>
}

export interface RouteResponse<R extends Route> {
  /** Default: the route's success. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** For the log: ids by which a request is found again. */
  readonly log?: Readonly<Record<string, string>>
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: R['success']['body'] extends z.ZodType ? z.input<R['success']['body']> : unknown
}

/** A Lambda function as API Gateway's HTTP API (payload 2.0) calls it. */
export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** Keeps the literal types of the schemas, which an annotation would widen. */
export function defineRoute<const R extends Route>(route: R): R {
  return route
}

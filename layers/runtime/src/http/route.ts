import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { Scope } from '../identity/scopes'
import type { z } from '../zod'
import type { ProblemCode } from './problem'

/**
 * The contract of a route. The same schemas validate its requests, type its handler and describe it in the OpenAPI
 * document, so that the three cannot differ.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Headers extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  ResponseBody extends z.ZodType = z.ZodType,
> {
  readonly operationId: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ANY'
  /** As in `serverless.yml`, for example `/orders/{id}`. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** The scope that a caller needs, or `public` for a route that everybody may use. */
  readonly access: Scope | 'public'
  /** For a public route: the scope of callers to whom it shows more. */
  readonly reveals?: Scope
  /** A path parameter that does not match is a 404: nothing with such an id can exist. */
  readonly params?: Params
  readonly query?: Query
  /** The headers that the route reads, by lower-case name. */
  readonly headers?: Headers
  readonly body?: Body
  /** Media types of the body, in addition to application/json. */
  readonly mediaTypes?: readonly string[]
  readonly success: {
    readonly status: number
    readonly description: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: ResponseBody
    /** Default: application/json. */
    readonly mediaType?: string
  }
  /** The problems of this route, in addition to those that every route has. */
  readonly problems: readonly ProblemCode[]
}

export interface RouteRequest<R extends Route> {
  readonly params: Parsed<R['params']>
  readonly query: Parsed<R['query']>
  readonly headers: Parsed<R['headers']>
  readonly body: Parsed<R['body']>
}

export interface RouteResponse<R extends Route> {
  /** Default: the status of the route's success. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Ids for the access log, by which a request can be found. */
  readonly log?: Readonly<Record<string, string>>
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: R['success']['body'] extends z.ZodType ? z.input<R['success']['body']> : unknown
}

/** A Lambda handler for API Gateway's HTTP API (payload 2.0). */
export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** Returns the route with the literal types of its schemas. A type annotation would widen them. */
export function defineRoute<const R extends Route>(route: R): R {
  return route
}

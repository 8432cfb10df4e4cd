import type { z } from '../zod'
import type { ProblemCode } from './problem'
import type { Route } from './route'

/** The error that leads to the problem: so the example is what the shop responds with. */
export type ProblemExamples = { readonly [Code in ProblemCode]?: Error }

/** Examples by their name, which is shown. */
export type Named<Value> = Readonly<Record<string, Value>>

/**
 * Examples of one route. They are not part of the route, so that only the function that shows them loads them. The
 * documentation fills its forms with the parameters and the first body: see `functions/examples.ts`.
 */
export interface RouteExamples {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Named<unknown>
  readonly success?: Named<unknown>
  readonly successHeaders?: Readonly<Record<string, string>>
  readonly problems?: ProblemExamples
}

/** The examples that a route must have. A missing one does not compile. */
export type ExamplesOf<R extends Route> = RouteExamples &
  ParamsExamples<R> &
  BodyExamples<R> &
  SuccessExamples<R['success']>

/** The examples of a list of routes, by operation id. */
export type ExamplesOfRoutes<Routes extends readonly Route[]> = {
  readonly [R in Routes[number] as R['operationId']]: ExamplesOf<R>
}

type ParamsExamples<R extends Route> = R extends { params: z.ZodType }
  ? { readonly params: z.input<R['params']>; readonly problems: { readonly 'not-found': Error } }
  : unknown

type BodyExamples<R extends Route> = (R extends { body: z.ZodType }
  ? { readonly body: Named<z.input<R['body']>> }
  : unknown) &
  (R extends { body: z.ZodType } | { query: z.ZodType } | { headers: z.ZodType }
    ? { readonly problems: { readonly 'invalid-input': Error } }
    : unknown)

type SuccessExamples<Success extends Route['success']> = (Success extends { body: z.ZodType }
  ? { readonly success: Named<z.input<Success['body']>> }
  : unknown) &
  (Success extends { headers: infer Headers }
    ? { readonly successHeaders: { readonly [Name in keyof Headers]: string } }
    : unknown)

export interface ApiExamples {
  /** By operation id. */
  readonly routes: Readonly<Record<string, RouteExamples>>
  /** The examples of all routes that have no other one. */
  readonly problems: ProblemExamples
  readonly requestId: string
}

/** What a changed file means for a running shop. */
export type Effect =
  /** The functions are built and loaded again. */
  | 'reload'
  /** The functions are built and loaded again, and so are the pages that they serve. */
  | 'reload-pages'
  /** The file is read only at start. */
  | 'restart'
  | 'none'

/** In this order: the first pattern that matches a path decides. */
const EFFECTS: readonly (readonly [RegExp, Effect])[] = [
  [/\.test\.tsx?$/, 'none'],
  [/^functions\/.+\.ts$/, 'reload'],
  [/^layers\/[^/]+\/(src\/.+\.ts|package\.json)$/, 'reload'],
  [/^packages\/function-host\/src\/(http\/|offline-http).*\.ts$/, 'restart'],
  [/^packages\/(testing|function-host|build)\//, 'none'],
  [/^packages\/serverless-offline-brokers\/src\/.+\.ts$/, 'restart'],
  [/^packages\/serverless-offline-brokers\//, 'none'],
  [/^packages\/.+\.(ts|css|html|svg)$/, 'reload-pages'],
  [/^(serverless\.yml|\.env|functions\/.+\.yml)$/, 'restart'],
  [/^infra\/(?!compose|monitoring|balancer|function-host).+\.(yml|js|ts|sql)$/, 'restart'],
]

/** @param path of a file that was added, changed or removed, relative to the checkout, with slashes */
export function effectOf(path: string): Effect {
  return EFFECTS.find(([pattern]) => pattern.test(path))?.[1] ?? 'none'
}

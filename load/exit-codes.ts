/**
 * The exit codes of `npm run load`. The help and docs/load-testing.md list them. 1 is kept for a broken promise or a
 * missed objective: no failure of the tool itself may end with it.
 */
export const EXIT_CODES = {
  pass: { code: 0, means: 'PASS; compare: no regression' },
  fail: { code: 1, means: 'FAIL: orders or stock do not add up, or an objective was missed; compare: a regression' },
  usage: { code: 2, means: 'the command line is not valid, or a file to compare cannot be used' },
  invalid: { code: 3, means: 'INVALID: the figures say nothing about the shop; compare: the runs cannot be compared' },
  failed: { code: 4, means: 'the shop or the results folder cannot be used; earlier measurements are kept' },
  internal: { code: 70, means: 'an error in the load tool itself' },
  interrupted: { code: 130, means: 'interrupted; accepted orders are audited, and the partial results are kept' },
} as const

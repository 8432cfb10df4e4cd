import type { CellResult, ChannelOutcome, FaultResults } from '../results'

/** For tests: what a channel shows if nothing goes wrong. */
export function anOutcome(given: Partial<ChannelOutcome> = {}): ChannelOutcome {
  return {
    channel: 'kafka',
    accepted: 500,
    unavailable: 0,
    refused: 0,
    failed: 0,
    causes: {},
    lost: 0,
    destroyed: 0,
    doubled: 0,
    deadLettered: 0,
    longestResponseMs: 120,
    longestSendDelayMs: 2,
    longestGapMs: 80,
    recoveryMs: 0,
    ...given,
  }
}

export function aCell(given: Partial<CellResult> = {}): CellResult {
  return {
    fault: 'mysql:partition',
    title: 'nothing arrives, and no close is seen',
    startedAt: '2026-01-01T12:00:00.000Z',
    begunMs: 2_000,
    endedMs: 12_000,
    restoredMs: 12_000,
    channels: [anOutcome({ channel: 'sync' }), anOutcome({ channel: 'kafka' }), anOutcome({ channel: 'rabbitmq' })],
    oversold: 0,
    stockAddsUp: true,
    log: [],
    broken: [],
    ...given,
  }
}

export function someResults(given: Partial<FaultResults> = {}): FaultResults {
  return {
    schema: 'ecommerce-fault-results/1',
    run: {
      id: '20260101-120000-abcd',
      commandLine: 'npm run faults',
      startedAt: '2026-01-01T12:00:00.000Z',
      endedAt: '2026-01-01T12:10:00.000Z',
      home: 'host',
      servers: ['mysql 8.4.0', 'kafka 4.3.1'],
      seed: 7,
      ratePerSecond: 40,
      faultSeconds: 10,
      ending: 'complete',
    },
    status: 'PASS',
    cells: [aCell()],
    skipped: [],
    ...given,
  }
}

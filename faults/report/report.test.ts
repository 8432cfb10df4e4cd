import { describe, expect, it } from 'vitest'
import { aCell, anOutcome, someResults } from '../testing/sample-cells'
import { renderFaultReport } from './render-fault-report'
import { cellLine, matrixTable, summaryText } from './terminal-text'

const BROKEN = aCell({
  fault: 'kafka:freeze',
  channels: [anOutcome({ lost: 2, causes: { '500 <b>': 1 } })],
  broken: ['Kafka: 2 accepted orders are lost'],
  log: [{ level: 'error', message: '<script>alert(1)</script>', count: 3 }],
})

const FAILED = someResults({
  status: 'FAIL',
  cells: [aCell(), BROKEN],
  skipped: [{ fault: 'mysql:disk-full', reason: 'needs root, to mount a small file system' }],
  resources: [
    { name: 'memory', unit: 'bytes', values: [1], first: 180e6, last: 190e6, limit: 250e6, isFlat: true },
    { name: 'open files', unit: 'count', values: [1], first: 50, last: 500, limit: 90, isFlat: false },
  ],
})

describe('the terminal', () => {
  it('shows a line per fault, with the broken promises', () => {
    expect(cellLine(aCell())).toMatch(/^✓ mysql:partition .*recovery: sync 0 ms, kafka 0 ms, rabbitmq 0 ms$/)
    expect(cellLine(BROKEN)).toMatch(/^✗ kafka:freeze .*\n {4}! Kafka: 2 accepted orders are lost$/)
  })

  it('shows a row per fault and channel, in columns', () => {
    const [head, ...rows] = matrixTable([aCell()]).split('\n')

    expect(head).toMatch(/^fault +channel +accepted +503 +refused +failed +lost/)
    expect(rows.map((row) => row.trim().split(/ {2,}/).slice(-10)[0])).toHaveLength(3)
    expect(new Set(rows.map((row) => row.length)).size).toBe(1)
  })

  it('sums up the run', () => {
    expect(summaryText(someResults())).toMatch(
      /^PASS {2}Every promise held in 1 faults\. 1,500 orders accepted, 0 lost, 0 doubled, 0 products oversold\.\n/,
    )
    expect(summaryText(FAILED)).toMatch(/^FAIL {2}Promises were broken in 1 of 2 faults\. .*2 lost/)
    expect(summaryText(FAILED)).toMatch(/- mysql:disk-full +skipped: needs root/)
    expect(summaryText(FAILED)).toMatch(/✓ memory: 180 MB at first, .*flat\n {2}✗ open files: .*growing$/)
  })
})

describe('the report', () => {
  it('is one page with the matrix, the reasons, the log and the raw data', async () => {
    const page = await renderFaultReport(FAILED)

    for (const text of [
      'FAIL',
      'kafka:freeze: Kafka: 2 accepted orders are lost',
      'mysql:disk-full',
      'growing',
      'Seed 7',
    ]) {
      expect(page).toContain(text)
    }
    expect(page.match(/<tr>/g)?.length).toBeGreaterThanOrEqual(6)
    expect(page).toContain('&lt;script&gt;alert(1)')
    expect(page).not.toContain('<script>alert(1)')
    expect(page).not.toMatch(/(src|href)="https?:/)
  })
})

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCommandLine } from '../load/command-line/parse-command-line'
import { generate } from '../load/generator/generate'
import type { LiveView } from '../load/live/live-view'
import type { Results } from '../load/results'
import { resultsSchema } from '../load/results-schema'
import { runLoad } from '../load/run/run-load'
import { uniqueWord } from './shop-client'
import { useShop } from './use-shop'

const MAIN = join(import.meta.dirname, '..', 'load', 'main.ts')
/** Few and slow orders: these tests check the audit, not the speed. */
const SMALL = [
  'quick',
  '--rate',
  '40',
  '--duration',
  '1s',
  '--warmup',
  '500ms',
  '--products',
  '3',
  '--drain-timeout',
  '5s',
]
const NO_OBJECTIVES = ['--objective-p99', '0', '--objective-commit-p99', '0', '--live-port', '0']

const NO_VIEW: LiveView = {
  plan: () => undefined,
  stepStarted: () => undefined,
  progress: () => undefined,
  stepEnded: () => undefined,
  ended: () => undefined,
  close: async () => undefined,
}

const shop = useShop({}, 'host')
let out: string

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'load-e2e-'))
})

afterAll(async () => {
  await rm(out, { recursive: true, force: true })
})

describe('npm run load', () => {
  it('accounts for every order and every unit of all three channels, and writes results and report', async () => {
    const { code, stdout, stderr } = await command('--url', shop.server.url, '--out', out, '--json')

    const results = resultsSchema.parse(JSON.parse(stdout))
    expect(results.reconciliation.discrepancies, stderr).toEqual([])
    for (const balance of results.reconciliation.orders) {
      expect(balance).toMatchObject({ accepted: 60, confirmed: 60, missing: 0, doubled: 0, withoutResponse: 0 })
    }
    expect(results.reconciliation.orders.map(({ channel }) => channel)).toEqual(['sync', 'kafka', 'rabbitmq'])
    expect(results.channels.map(({ latencies }) => latencies.commit.count)).toEqual([40, 40, 40])
    // If other tests slow the generator down, the run is invalid, but the reconciliation must hold.
    const generatorIsValid = results.steps.every(({ generator }) => generator.isValid)
    expect([results.verdict.status, code]).toEqual(generatorIsValid ? ['PASS', 0] : ['INVALID', 3])

    const folder = join(out, results.run.id)
    expect(JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'))).toEqual(results)
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain(results.run.id)
    const left = await shop.client.get(`/products?search=${encodeURIComponent(`"Load test ${results.run.id}"`)}`)
    expect(left).toMatchObject({ status: 200, body: { items: [] } })
  })

  it('fails when a confirmed order disappears while it runs', async () => {
    const results = await runAnd(async (runId) => {
      const [lost] = await shop.database.read((session) =>
        session.rows<{ id: string }>('SELECT id FROM orders WHERE user_id LIKE ? LIMIT 1', [`load-${runId}-%`]),
      )
      await change('DELETE FROM orders WHERE id = ?', lost?.id)
    })

    expect(results.verdict.status).toBe('FAIL')
    expect(results.reconciliation.orders).toContainEqual(expect.objectContaining({ missing: 1 }))
    const { discrepancies } = results.reconciliation
    expect(discrepancies).toContainEqual(expect.stringContaining('accepted and lost'))
    expect(discrepancies).toContainEqual(expect.stringMatching(/initial, but \d+ on hand and \d+ in orders/))
  })

  it('fails when a unit appears in stock while it runs', async () => {
    const results = await runAnd((runId) =>
      change('UPDATE products SET stock = stock + 1 WHERE name LIKE ? ORDER BY id LIMIT 1', `Load test ${runId}, %`),
    )

    expect(results.verdict.status).toBe('FAIL')
    expect(results.reconciliation.products.filter(({ holds }) => !holds)).toHaveLength(1)
    expect(results.reconciliation.orders.every(({ missing, doubled }) => missing + doubled === 0)).toBe(true)
  })
})

function command(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', MAIN, ...SMALL, ...NO_OBJECTIVES, ...args],
      { maxBuffer: 50_000_000 },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

/** A run of two channels that changes the records of the first channel when the second one starts. */
async function runAnd(tamper: (runId: string) => Promise<void>): Promise<Results> {
  const args = [...SMALL, ...NO_OBJECTIVES, '--channels', 'sync,kafka', '--url', shop.server.url]
  const parsed = parseCommandLine(args, { baseUrl: undefined, randomSeed: () => 1 })
  if (parsed.name !== 'run') throw new Error('these are the arguments of a run')
  const runId = uniqueWord()
  let steps = 0
  return runLoad(parsed.options, {
    runId,
    commandLine: '',
    view: NO_VIEW,
    stop: new AbortController().signal,
    generate: async (plan, watch) => {
      steps += 1
      if (steps === 2) await tamper(runId)
      return generate(plan, watch)
    },
  })
}

async function change(sql: string, value: string | undefined): Promise<void> {
  await shop.database.transaction(async (session) => {
    session.later(sql, [value])
  })
}

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyFreePort } from '../tools/local/free-port'
import { resultsSchema } from './results-schema'
import { FakeShop } from './testing/fake-shop'
import { sampleResults } from './testing/sample-results'

const MAIN = join(import.meta.dirname, 'main.ts')

let shop: FakeShop
let out: string

beforeAll(async () => {
  shop = await FakeShop.open()
  out = await mkdtemp(join(tmpdir(), 'load-main-'))
})

afterAll(async () => {
  await shop.close()
  await rm(out, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `npm run load` without npm. */
function load(...args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // In its own process group, like a command in a terminal.
    detached: true,
  })
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text
    })
  }
  return { child, ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, ...printed }))) }
}

/** Sends the signal to the whole process group, as a terminal does. */
function pressCtrlC({ pid = 0 }: ChildProcess): void {
  process.kill(-pid, 'SIGINT')
}

const SMALL = ['quick', '--rate', '100', '--duration', '500ms', '--warmup', '0', '--products', '2', '--live-port', '0']

function small(folder: string, ...args: readonly string[]) {
  return load(...SMALL, '--url', shop.url, '--out', join(out, folder), ...args)
}

async function runsIn(folder: string): Promise<string[]> {
  return readdir(join(out, folder)).catch(() => [])
}

/** Waits for a condition that depends on the other process. */
async function until(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 20_000, interval: 20 }).toBe(true)
}

describe('the command', { timeout: 60_000 }, () => {
  it('writes results and report to a folder of the run, and prints only the results on stdout with --json', async () => {
    const { code, stdout, stderr } = await small('json', '--json', '--channels', 'sync').ended

    const printed = resultsSchema.parse(JSON.parse(stdout))
    expect(stderr).toContain('orders: 50 accepted: 50 confirmed')
    const [run = ''] = await runsIn('json')
    expect(printed.run.id).toBe(run)
    expect(JSON.parse(await readFile(join(out, 'json', run, 'results.json'), 'utf8'))).toEqual(printed)
    expect(await readFile(join(out, 'json', run, 'report.html'), 'utf8')).toContain(run)
    // If other tests keep the machine busy, the run may be invalid.
    expect(code, stderr).toBe(printed.verdict.status === 'PASS' ? 0 : 3)
  })

  it.each([
    ['no shop', ['--url', 'http://127.0.0.1:9'], 4, /^http:\/\/127\.0\.0\.1:9 does not respond: .+$/],
    ['an unknown flag', ['--nonsense'], 2, /^Unknown option '--nonsense'; see npm run load -- --help$/],
    [
      'a folder that cannot be created',
      ['--url', 'http://127.0.0.1:9', '--out', `${MAIN}/results`],
      4,
      /^cannot write to .+: ENOTDIR.+$/,
    ],
    [
      'a page that is not a shop',
      ['--url', 'NOT_A_SHOP'],
      4,
      /^http:\/\/.+ responds, but it is not a shop of this project$/,
    ],
    ['results that do not exist', ['compare', 'a.json', 'b.json'], 2, /^ENOENT.+a\.json.*$/],
  ])('prints one line and has its own exit code for %s', async (_, args, exitCode, line) => {
    const other = await FakeShop.open({ lacks: ['openapi'] })
    const given = args.map((arg) => (arg === 'NOT_A_SHOP' ? other.url : arg))
    const own = given[0] === 'compare' ? given : [...SMALL, '--out', join(out, 'nothing'), ...given]

    const { code, stderr } = await load(...own).ended

    await other.close()
    expect(stderr.trim()).toMatch(line)
    expect(code).toBe(exitCode)
    expect(await runsIn('nothing')).toEqual([])
  })

  it('saves partial results when it is interrupted, and deletes its products', async () => {
    const before = shop.orders.length
    const watched = ['--live-port', String(await anyFreePort())]
    const { child, ended } = small('interrupted', '--duration', '60s', '--channels', 'kafka', ...watched)
    await until(() => shop.orders.length > before + 20)
    pressCtrlC(child)

    const { code, stdout, stderr } = await ended

    expect(code, stderr).toBe(130)
    expect(stdout).toContain('partial results (interrupted)')
    const [run = ''] = await runsIn('interrupted')
    const results = resultsSchema.parse(
      JSON.parse(await readFile(join(out, 'interrupted', run, 'results.json'), 'utf8')),
    )
    expect(results).toMatchObject({ run: { ending: 'interrupted' }, reconciliation: { holds: true } })
    expect(results.reconciliation.orders[0]?.accepted).toBeGreaterThan(20)
    expect(shop.catalogue).toEqual([])
  })

  it('exits immediately when it is interrupted twice', async () => {
    const silent = await FakeShop.open({ loses: 1 })
    const args = ['--url', silent.url, '--duration', '60s', '--channels', 'kafka']
    const { child, ended } = small('twice', ...args)
    let stderr = ''
    child.stderr?.on('data', (text: string) => {
      stderr += text
    })
    await until(() => silent.products.length > 0)
    child.kill('SIGINT')
    await until(() => stderr.includes('Ctrl-C again'))
    // The tool ignores signals right after the first one, so the test repeats the signal.
    const repeating = setInterval(() => child.kill('SIGINT'), 100)

    const { code } = await ended

    clearInterval(repeating)
    await silent.close()
    expect(code).toBe(130)
  })

  it('compares two runs, and fails for a regression', async () => {
    const before = sampleResults()
    const slower = before.steps.map((step) => {
      const { response } = step.latencies
      return { ...step, latencies: { ...step.latencies, response: { ...response, p99Ms: response.p99Ms * 50 } } }
    })
    const files = ['before.json', 'after.json', 'newer.json'].map((name) => join(out, name))
    const [first = '', second = '', newer = ''] = files
    await writeFile(first, JSON.stringify(before))
    await writeFile(second, JSON.stringify({ ...before, steps: slower }))
    await writeFile(newer, JSON.stringify({ ...before, schema: 'ecommerce-load-results/4' }))

    const [worse, same, refused] = await Promise.all([
      load('compare', first, second).ended,
      load('compare', first, first).ended,
      load('compare', first, newer).ended,
    ])

    expect(worse).toMatchObject({ code: 1, stdout: expect.stringMatching(/REGRESSION {2}.*kafka response p99/) })
    expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('NO REGRESSION') })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(
      /has the schema ecommerce-load-results\/4, but only ecommerce-load-results\/3 is supported/,
    )
  })
})

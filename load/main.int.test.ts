import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyFreePort } from '../tools/local/free-port'
import { resultsSchema } from './results-schema'
import { type BundledCommand, bundleCommand } from './testing/bundle-command'
import { startClosingProxy } from './testing/closing-proxy'
import { FakeShop } from './testing/fake-shop'
import { sampleResults } from './testing/sample-results'
import { startTestShop } from './testing/test-shop'

const MAIN = join(import.meta.dirname, 'main.ts')

let command: BundledCommand
let shop: FakeShop
let out: string

beforeAll(async () => {
  command = await bundleCommand()
  shop = await FakeShop.open()
  out = await mkdtemp(join(tmpdir(), 'load-main-'))
})

afterAll(async () => {
  await shop.close()
  await Promise.all([rm(out, { recursive: true }), command.remove()])
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command of `npm run load`, which test/load.e2e.test.ts runs from its sources. */
function load(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [command.file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // In its own process group, like a command in a terminal.
    detached: true,
    // biome-ignore lint/style/noProcessEnv: the command needs the environment of the test
    env: { ...process.env, ...env },
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
  return load([...SMALL, '--url', shop.url, '--out', join(out, folder), ...args])
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
    ['an unknown flag', ['--nonsense'], 2, /^unknown flag --nonsense; see npm run load -- --help$/],
    [
      'a folder that cannot be created',
      ['--url', 'http://127.0.0.1:9', '--out', `${MAIN}/results`],
      4,
      /^cannot write to .+: ENOTDIR.+$/,
    ],
    [
      'a folder that cannot be created below /proc',
      ['--url', 'http://127.0.0.1:9', '--out', '/proc/x'],
      4,
      /^cannot write to \/proc\/x\/.+: ENOENT.+$/,
    ],
    [
      'an address with a password',
      ['--url', 'http://user:secret@localhost:3000'],
      2,
      /^--url http:\/\/localhost:3000 must not contain a user name or a password: the load tool sends none; see .+$/,
    ],
    [
      'an address with a query',
      ['--url', 'http://localhost:3000/?x=1'],
      2,
      /^--url http:\/\/localhost:3000\/ must not contain a query or a fragment; see .+$/,
    ],
    [
      'a page that is not a shop',
      ['--url', 'NOT_A_SHOP'],
      4,
      /^http:\/\/.+ responds with 404, but it is not a shop of this project$/,
    ],
    ['results that do not exist', ['compare', 'a.json', 'b.json'], 2, /^a\.json does not exist$/],
    ['one file twice', ['compare', MAIN, MAIN], 2, /^.+ are the same file: compare needs two runs$/],
  ])('prints one line and has its own exit code for %s', async (_, args, exitCode, line) => {
    const other = await FakeShop.open({ lacks: ['openapi'] })
    const given = args.map((arg) => (arg === 'NOT_A_SHOP' ? other.url : arg))
    const own = given[0] === 'compare' ? given : [...SMALL, '--out', join(out, 'nothing'), ...given]

    const { code, stderr } = await load(own).ended

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
    const files = ['before.json', 'after.json', 'equal.json', 'newer.json'].map((name) => join(out, name))
    const [first = '', second = '', equal = '', newer = ''] = files
    await writeFile(first, JSON.stringify(before))
    const other = { ...before, run: { ...before.run, id: 'other' } }
    await writeFile(second, JSON.stringify({ ...other, steps: slower }))
    await writeFile(equal, JSON.stringify(other))
    await writeFile(newer, JSON.stringify({ ...before, schema: 'ecommerce-load-results/4' }))

    const [worse, same, refused] = await Promise.all([
      load(['compare', first, second]).ended,
      load(['compare', first, equal]).ended,
      load(['compare', first, newer]).ended,
    ])

    expect(worse).toMatchObject({ code: 1, stdout: expect.stringMatching(/REGRESSION {2}.*kafka response p99/) })
    expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('NO REGRESSION') })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(
      /has the schema ecommerce-load-results\/4, but only ecommerce-load-results\/3 is supported/,
    )
  })
})

describe('the output of the command', { timeout: 60_000 }, () => {
  it.each(['stdout', 'stderr', 'both'] as const)('goes on when nobody reads its %s any more', async (closed) => {
    const { child, ended } = small(`closed-${closed}`, '--channels', 'sync', '--objective-p99', '0')
    if (closed !== 'stderr') child.stdout?.destroy()
    if (closed !== 'stdout') child.stderr?.destroy()

    const { code } = await ended

    // If other tests keep the machine busy, the run may be invalid.
    expect([0, 3]).toContain(code)
    const [run = ''] = await runsIn(`closed-${closed}`)
    expect(await readdir(join(out, `closed-${closed}`, run))).toEqual(['report.html', 'results.json'])
    expect(shop.catalogue).toEqual([])
  })

  it('of the help is not an error when nobody reads it', async () => {
    const { child, ended } = load(['--help'])
    child.stdout?.destroy()

    expect((await ended).code).toBe(0)
  })

  it('of --json is an error if it is not complete, but not one of orders or stock', async () => {
    const { child, ended } = small('closed-json', '--json', '--channels', 'sync')
    child.stdout?.destroy()

    const { code, stderr } = await ended

    expect(code).toBe(4)
    expect(stderr).toMatch(/^cannot write to stdout: .*EPIPE$/m)
    expect(shop.catalogue).toEqual([])
  })
})

describe('a signal', { timeout: 60_000 }, () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s ends a run that waits for its first response',
    async (signal) => {
      const requests: string[] = []
      const silent = await startTestShop((request) => void requests.push(request.url ?? ''))
      const { child, ended } = load([...SMALL, '--url', silent.url, '--out', join(out, signal)])
      await until(() => requests.length > 0)
      child.kill(signal)

      const { code, stderr } = await ended

      silent.close()
      expect(code).toBe(130)
      expect(stderr).toMatch(/^interrupted before the run started: there are no results$/m)
      expect(await runsIn(signal)).toEqual([])
    },
  )
})

describe('a proxy', { timeout: 60_000 }, () => {
  it('that closes each kept connection does not stop a run', async () => {
    const proxy = await startClosingProxy(shop.url)
    const { code, stdout } = await load([...SMALL, '--url', proxy.url, '--out', join(out, 'proxy'), '--json']).ended

    proxy.close()
    const results = resultsSchema.parse(JSON.parse(stdout))
    expect(results.run.ending).toBe('complete')
    expect(results.reconciliation.discrepancies).toEqual([])
    for (const { requests } of results.channels) {
      expect(requests.accepted).toBeGreaterThan(0)
      // Nobody knows whether the shop has processed a POST without response, so it is not sent again.
      expect(requests.accepted + requests.failed).toBe(50)
    }
    expect([1, 3]).toContain(code)
    expect(shop.catalogue).toEqual([])
  })

  it('of the environment is ignored', async () => {
    const requests: string[] = []
    const proxy = await startTestShop((request, response) => {
      requests.push(request.url ?? '')
      response.end()
    })
    const names = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']
    const env = { ...Object.fromEntries(names.map((name) => [name, proxy.url])), NODE_USE_ENV_PROXY: '1' }

    const { code } = await load([...SMALL, '--url', shop.url, '--out', join(out, 'env'), '--channels', 'sync'], env)
      .ended

    proxy.close()
    expect([0, 3]).toContain(code)
    expect(requests).toEqual([])
  })
})

it('has an exit code of its own for an error in the tool itself', { timeout: 60_000 }, async () => {
  const breaking = 'AbortSignal.timeout=()=>{throw(new(RangeError)(7))}'
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${breaking}` }

  const { code, stderr } = await load([...SMALL, '--url', shop.url, '--out', join(out, 'broken')], env).ended

  expect(stderr).toMatch(/^an error in the load tool itself: RangeError: 7/m)
  expect(code).toBe(70)
  expect(await runsIn('broken')).toEqual([])
})

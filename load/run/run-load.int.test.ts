import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ProfileName } from '../command-line/options'
import { parseCommandLine } from '../command-line/parse-command-line'
import { generate } from '../generator/generate'
import type { LiveView } from '../live/live-view'
import type { Results } from '../results'
import { resultsSchema } from '../results-schema'
import { FakeShop, type Misbehaviour } from '../testing/fake-shop'
import { runLoad } from './run-load'
import type { Generate } from './run-step'

// A run starts threads and waits for its shop.
vi.setConfig({ testTimeout: 90_000 })

const NO_VIEW: LiveView = {
  plan: () => undefined,
  stepStarted: () => undefined,
  progress: () => undefined,
  stepEnded: () => undefined,
  ended: () => undefined,
  close: async () => undefined,
}

/** Other tests run at the same time, so the delay of requests says nothing here. */
const generateOnBusyMachine: Generate = async (plan, watch) => {
  const generated = await generate(plan, watch)
  const { reason, ...health } = generated.health
  return { ...generated, health: { ...health, isValid: true } }
}

let shop: FakeShop | undefined

afterEach(async () => {
  await shop?.close()
  shop = undefined
})

interface Given extends Misbehaviour {
  readonly profile?: ProfileName
  readonly flags?: readonly string[]
  readonly view?: Partial<LiveView>
  readonly stop?: AbortSignal
  readonly generator?: Generate
}

/** A run of about fifty orders per channel against a shop that makes the given errors. */
async function run({
  profile = 'quick',
  flags = [],
  view,
  stop,
  generator,
  ...misbehaviour
}: Given = {}): Promise<Results> {
  shop = await FakeShop.open(misbehaviour)
  // Other tests keep the machine busy, so latencies say nothing here.
  const unhurried = ['--objective-p99', '60000', '--objective-commit-p99', '60000']
  const small = [...unhurried, '--warmup', '0', '--drain-timeout', '1s', '--products', '3']
  const short = profile === 'seed' ? [] : ['--rate', '500', '--duration', '100ms']
  const args = [profile, ...small, ...short, ...flags, '--url', shop.url]
  const command = parseCommandLine(args, { baseUrl: undefined, randomSeed: () => 1 })
  if (command.name !== 'run') throw new Error('these are the arguments of a run')
  return runLoad(command.options, {
    runId: 'test',
    commandLine: 'npm run load',
    generate: generator ?? generateOnBusyMachine,
    retryForMs: 250,
    view: { ...NO_VIEW, ...view },
    stop: stop ?? new AbortController().signal,
  })
}

const failed = ({ verdict }: Results) => verdict.findings.filter(({ holds }) => !holds).map(({ name }) => name)

describe('a run against a correct shop', () => {
  it('passes, accounts for every order and every unit, and deletes its products', async () => {
    const results = await run()

    expect(results.verdict.status, JSON.stringify(results.verdict)).toBe('PASS')
    expect(results.run).toMatchObject({ ending: 'complete', profile: 'quick', seed: 1 })
    expect(results.reconciliation).toMatchObject({ holds: true, discrepancies: [] })
    expect(results.reconciliation.orders).toEqual(
      (['sync', 'kafka', 'rabbitmq'] as const).map((channel) => ({
        channel,
        accepted: 50,
        confirmed: 50,
        rejected: 0,
        deadLettered: 0,
        missing: 0,
        doubled: 0,
        withoutResponse: 0,
      })),
    )
    expect(results.reconciliation.products).toHaveLength(9)
    expect(shop?.products).toHaveLength(9)
    expect(shop?.catalogue).toEqual([])
    expect(results.durability).toEqual([{ channel: 'all', name: 'kept', value: 'in memory' }])
    expect(resultsSchema.safeParse(results)).toMatchObject({ success: true })
  })

  it('counts orders that are refused for lack of stock separately, and passes', async () => {
    const results = await run({ profile: 'hot', flags: ['--products', '1', '--rate', '3000'] })

    const sync = results.channels.find(({ channel }) => channel === 'sync')
    expect(sync?.requests).toMatchObject({
      accepted: 200,
      refused: 100,
      failed: 0,
      refusals: { 'insufficient-stock': 100 },
    })
    expect(results.reconciliation.holds, results.reconciliation.discrepancies.join()).toBe(true)
    expect(results.reconciliation.orders).toContainEqual(
      expect.objectContaining({ channel: 'kafka', accepted: 300, confirmed: 200, rejected: 100 }),
    )
  })

  it('counts the units of cancelled orders as returned', async () => {
    const results = await run({ profile: 'mixed', flags: ['--rate', '1000', '--channels', 'sync'] })

    expect(results.reconciliation.holds, results.reconciliation.discrepancies.join()).toBe(true)
    expect(shop?.orders.filter(({ status }) => status === 'cancelled').length).toBeGreaterThan(0)
    expect(results.channels[0]?.others?.map(({ kind }) => kind).sort()).toEqual(['browse', 'cancel', 'status'])
  })

  it('counts a dead letter as an end of an order', async () => {
    const results = await run({ deadLetters: 10, flags: ['--channels', 'kafka'] })

    expect(results.reconciliation).toMatchObject({
      holds: true,
      orders: [{ accepted: 50, confirmed: 45, deadLettered: 5 }],
    })
    // The run did not wait for them until the drain timeout.
    expect(results.steps[0]?.drainMs).toBeLessThan(1_000)
  })

  it('ignores the orders of other users', async () => {
    const other = { id: 'other', channel: 'sync' as const, status: 'confirmed' as const, user_id: 'ada', items: [] }
    const now = new Date().toISOString()
    const view = {
      stepStarted: () =>
        void shop?.orders.push({
          ...other,
          accepted_at: now,
          consumed_at: now,
          committed_at: new Date().toISOString(),
        }),
    }

    const results = await run({ view, flags: ['--channels', 'sync'] })

    expect(results.reconciliation).toMatchObject({ holds: true, orders: [{ accepted: 50, withoutResponse: 0 }] })
  })

  it('does not count recorded orders as lost if only their responses were lost', async () => {
    const results = await run({ cutsResponses: 10, flags: ['--channels', 'sync'] })

    expect(results.reconciliation).toMatchObject({
      holds: true,
      orders: [{ accepted: 45, missing: 0, withoutResponse: 5 }],
    })
    expect(failed(results)).toEqual(['sync: failed requests'])
  })

  it('lists the data that the shop does not report', async () => {
    const results = await run({ lacks: ['about', 'metrics'], flags: ['--channels', 'sync'] })

    expect(results.verdict.status).toBe('PASS')
    expect(results.limitations.join('\n')).toMatch(/no \/metrics[\s\S]*no \/about/)
  })

  it('runs a closed loop for the profile seed, with one step per number of clients', async () => {
    const results = await run({ profile: 'seed', flags: ['--clients', '2,4', '--requests', '5', '--channels', 'sync'] })

    expect(results.steps.map(({ arrivals, clients, requests }) => [arrivals, clients, requests.accepted])).toEqual([
      ['closed', 2, 10],
      ['closed', 4, 20],
    ])
    expect(results.reconciliation.holds).toBe(true)
  })
})

describe('a run against a shop that', () => {
  it('loses orders fails, and names a lost order', async () => {
    const results = await run({ loses: 20, flags: ['--channels', 'rabbitmq'] })

    expect(results.verdict.status).toBe('FAIL')
    expect(results.reconciliation.orders).toMatchObject([{ accepted: 50, confirmed: 48, missing: 2 }])
    expect(results.reconciliation.discrepancies[0]).toMatch(/^rabbitmq: accepted and lost [0-9a-f-]{36}$/)
    expect(results.channels[0]?.drainMs).toBeGreaterThanOrEqual(1_000)
  })

  it('places orders twice fails', async () => {
    const results = await run({ doubles: 20, flags: ['--channels', 'kafka'] })

    expect(results.verdict.status).toBe('FAIL')
    expect(failed(results)).toContain('stock')
  })

  it('returns one id for two orders fails', async () => {
    const results = await run({ repeatsIds: 20, flags: ['--channels', 'kafka'] })

    expect(results.verdict.status).toBe('FAIL')
    expect(failed(results)).toContain('orders')
    expect(results.reconciliation.orders).toMatchObject([{ doubled: 2 }])
  })

  it('oversells fails', async () => {
    const results = await run({
      oversells: true,
      profile: 'hot',
      flags: ['--products', '1', '--rate', '3000', '--channels', 'sync'],
    })

    expect(results.verdict.status).toBe('FAIL')
    expect(results.reconciliation.products).toMatchObject([{ initial: 200, onHand: -100, sold: 300, holds: false }])
  })

  it('dies during the run ends early with partial results, and says that the audit failed', async () => {
    const results = await run({ diesAfter: 20, flags: ['--channels', 'sync'] })

    expect(results.run).toMatchObject({ ending: 'failed', reason: expect.stringContaining('does not respond') })
    expect(results.verdict.status).toBe('INVALID')
    expect(results.steps[0]?.requests).toMatchObject({ accepted: 20, failed: 30 })
    expect(results.reconciliation.notAudited).toMatch(/could not be read/)
    expect(resultsSchema.safeParse(results)).toMatchObject({ success: true })
  })

  it('is not a shop of this project is not measured', async () => {
    await expect(run({ lacks: ['openapi'] })).rejects.toThrow(/is not a shop of this project/)
  })

  it('does not expose the data of the audit is not measured, and another address is suggested', async () => {
    await expect(run({ lacks: ['dead-letters'] })).rejects.toThrow(/does not expose \/dead-letters.+8090/)
  })

  it('lacks a channel is not measured', async () => {
    await expect(run({ lacks: ['kafka'] })).rejects.toThrow(/has no route for kafka/)
  })

  it('has lost the broker of a measured channel is not measured, while other brokers do not matter', async () => {
    await expect(run({ down: ['kafka'] })).rejects.toThrow(/is not connected to kafka \(connection refused\)/)
    await shop?.close()
    expect((await run({ down: ['kafka'], flags: ['--channels', 'sync'] })).verdict.status).toBe('PASS')
  })
})

describe('a run whose generator fails', () => {
  it('keeps the earlier steps and audits them', async () => {
    let steps = 0
    const generator: Generate = (plan, watch) => {
      steps += 1
      return steps === 2 ? Promise.reject(new Error('a thread died')) : generateOnBusyMachine(plan, watch)
    }

    const results = await run({ generator, flags: ['--channels', 'sync,kafka'] })

    expect(results.run).toMatchObject({ ending: 'failed', reason: 'the generator failed: a thread died' })
    expect(results.steps).toHaveLength(1)
    expect(results.reconciliation).toMatchObject({ holds: true })
    expect(results.verdict.status).toBe('INVALID')
    expect(shop?.catalogue).toEqual([])
  })
})

describe('a run that is stopped', () => {
  it('audits the accepted orders, and marks its results as partial', async () => {
    const stop = new AbortController()
    const results = await run({
      flags: ['--duration', '20s', '--rate', '50', '--channels', 'sync'],
      stop: stop.signal,
      view: { progress: ({ accepted }) => accepted > 0 && stop.abort() },
    })

    expect(results.run).toMatchObject({ ending: 'interrupted' })
    expect(results.verdict.status).toBe('INVALID')
    expect(results.reconciliation).toMatchObject({ holds: true })
    expect(results.steps[0]?.requests.accepted).toBeGreaterThan(0)
    expect(results.steps[0]?.measuredMs).toBeLessThan(10_000)
    expect(shop?.catalogue).toEqual([])
  })
})

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

// Threads start, and a shop is waited for.
vi.setConfig({ testTimeout: 30_000 })

const BLIND: LiveView = {
  plan: () => undefined,
  stepBegins: () => undefined,
  progress: () => undefined,
  stepEnds: () => undefined,
  ended: () => undefined,
  close: async () => undefined,
}

/** Tests run beside others: how late requests leave says nothing here. */
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

/** A run of some fifty orders a channel against a shop that misbehaves as given. */
async function run({
  profile = 'quick',
  flags = [],
  view,
  stop,
  generator,
  ...misbehaviour
}: Given = {}): Promise<Results> {
  shop = await FakeShop.open(misbehaviour)
  const small = ['--warmup', '0', '--drain-timeout', '1s', '--products', '3']
  const short = profile === 'seed' ? [] : ['--rate', '500', '--duration', '100ms']
  const args = [profile, ...small, ...short, ...flags, '--url', shop.url]
  const command = parseCommandLine(args, { baseUrl: undefined, randomSeed: () => 1 })
  if (command.name !== 'run') throw new Error('these are the arguments of a run')
  return runLoad(command.options, {
    runId: 'test',
    commandLine: 'npm run load',
    generate: generator ?? generateOnBusyMachine,
    patienceMs: 250,
    view: { ...BLIND, ...view },
    stop: stop ?? new AbortController().signal,
  })
}

const failed = ({ verdict }: Results) => verdict.findings.filter(({ holds }) => !holds).map(({ name }) => name)

describe('a run against a shop that keeps its books', () => {
  it('passes, accounts for every order and every unit, and leaves no product behind', async () => {
    const results = await run()

    expect(results.verdict.status, JSON.stringify(results.verdict)).toBe('PASS')
    expect(results.run).toMatchObject({ ending: 'complete', profile: 'quick', seed: 1 })
    expect(results.reconciliation).toMatchObject({ holds: true, complaints: [] })
    expect(results.reconciliation.orders).toEqual(
      (['sync', 'kafka', 'rabbitmq'] as const).map((channel) => ({
        channel,
        accepted: 50,
        confirmed: 50,
        rejected: 0,
        deadLettered: 0,
        missing: 0,
        doubled: 0,
        unanswered: 0,
      })),
    )
    expect(results.reconciliation.products).toHaveLength(9)
    expect(shop?.products).toHaveLength(9)
    expect(shop?.catalogue).toEqual([])
    expect(results.durability).toEqual([{ channel: 'all', name: 'kept', value: 'in memory' }])
    expect(resultsSchema.safeParse(results)).toMatchObject({ success: true })
  })

  it('counts what is refused for want of stock apart, and finds no fault with it', async () => {
    const results = await run({ profile: 'hot', flags: ['--products', '1', '--rate', '3000'] })

    const sync = results.channels.find(({ channel }) => channel === 'sync')
    expect(sync?.requests).toMatchObject({
      accepted: 200,
      refused: 100,
      failed: 0,
      refusals: { 'insufficient-stock': 100 },
    })
    expect(results.reconciliation.holds, results.reconciliation.complaints.join()).toBe(true)
    expect(results.reconciliation.orders).toContainEqual(
      expect.objectContaining({ channel: 'kafka', accepted: 300, confirmed: 200, rejected: 100 }),
    )
  })

  it('takes cancelled units as given back', async () => {
    const results = await run({ profile: 'mixed', flags: ['--rate', '1000', '--channels', 'sync'] })

    expect(results.reconciliation.holds, results.reconciliation.complaints.join()).toBe(true)
    expect(shop?.orders.filter(({ status }) => status === 'cancelled').length).toBeGreaterThan(0)
    expect(results.channels[0]?.others?.map(({ kind }) => kind).sort()).toEqual(['browse', 'cancel', 'status'])
  })

  it('takes dead letters as an end of an order', async () => {
    const results = await run({ deadLetters: 10, flags: ['--channels', 'kafka'] })

    expect(results.reconciliation).toMatchObject({
      holds: true,
      orders: [{ accepted: 50, confirmed: 45, deadLettered: 5 }],
    })
    // Nobody waited for them until the end of patience.
    expect(results.steps[0]?.drainMs).toBeLessThan(1_000)
  })

  it('leaves the orders of others alone', async () => {
    const other = { id: 'other', channel: 'sync' as const, status: 'confirmed' as const, user_id: 'ada', items: [] }
    const now = new Date().toISOString()
    const view = {
      stepBegins: () =>
        void shop?.orders.push({
          ...other,
          accepted_at: now,
          consumed_at: now,
          committed_at: new Date().toISOString(),
        }),
    }

    const results = await run({ view, flags: ['--channels', 'sync'] })

    expect(results.reconciliation).toMatchObject({ holds: true, orders: [{ accepted: 50, unanswered: 0 }] })
  })

  it('does not hold recorded orders against it whose answers were lost on the way', async () => {
    const results = await run({ cutsAnswers: 10, flags: ['--channels', 'sync'] })

    expect(results.reconciliation).toMatchObject({ holds: true, orders: [{ accepted: 45, missing: 0, unanswered: 5 }] })
    expect(failed(results)).toEqual(['sync: failed requests'])
  })

  it('says what it was not told', async () => {
    const results = await run({ lacks: ['about', 'metrics'], flags: ['--channels', 'sync'] })

    expect(results.verdict.status).toBe('PASS')
    expect(results.caveats.join('\n')).toMatch(/no \/metrics[\s\S]*no \/about/)
  })

  it('closes the loop for the profile of the seed, with a step for each number of clients', async () => {
    const results = await run({ profile: 'seed', flags: ['--clients', '2,4', '--requests', '5', '--channels', 'sync'] })

    expect(results.steps.map(({ arrivals, clients, requests }) => [arrivals, clients, requests.accepted])).toEqual([
      ['closed', 2, 10],
      ['closed', 4, 20],
    ])
    expect(results.reconciliation.holds).toBe(true)
  })
})

describe('a run against a shop that', () => {
  it('loses orders fails, and names one', async () => {
    const results = await run({ loses: 20, flags: ['--channels', 'rabbitmq'] })

    expect(results.verdict.status).toBe('FAIL')
    expect(results.reconciliation.orders).toMatchObject([{ accepted: 50, confirmed: 48, missing: 2 }])
    expect(results.reconciliation.complaints[0]).toMatch(/^rabbitmq: accepted and lost [0-9a-f-]{36}$/)
    expect(results.channels[0]?.drainMs).toBeGreaterThanOrEqual(1_000)
  })

  it('places orders twice fails', async () => {
    const results = await run({ doubles: 20, flags: ['--channels', 'kafka'] })

    expect(results.verdict.status).toBe('FAIL')
    expect(failed(results)).toContain('stock')
  })

  it('gives one id to two orders fails', async () => {
    const results = await run({ repeatsIds: 20, flags: ['--channels', 'kafka'] })

    expect(results.verdict.status).toBe('FAIL')
    expect(failed(results)).toContain('orders')
    expect(results.reconciliation.orders).toMatchObject([{ doubled: 2 }])
  })

  it('sells what it does not have fails', async () => {
    const results = await run({
      oversells: true,
      profile: 'hot',
      flags: ['--products', '1', '--rate', '3000', '--channels', 'sync'],
    })

    expect(results.verdict.status).toBe('FAIL')
    expect(results.reconciliation.products).toMatchObject([{ initial: 200, onHand: -100, sold: 300, holds: false }])
  })

  it('dies half-way ends early, keeps what there is, and says that the books could not be read', async () => {
    const results = await run({ diesAfter: 20, flags: ['--channels', 'sync'] })

    expect(results.run).toMatchObject({ ending: 'failed', reason: expect.stringContaining('does not answer') })
    expect(results.verdict.status).toBe('INVALID')
    expect(results.steps[0]?.requests).toMatchObject({ accepted: 20, failed: 30 })
    expect(results.reconciliation.notAudited).toMatch(/could not be read/)
    expect(resultsSchema.safeParse(results)).toMatchObject({ success: true })
  })

  it('is no shop is not measured', async () => {
    await expect(run({ lacks: ['openapi'] })).rejects.toThrow(/it is not this shop/)
  })

  it('hides what is audited is not measured, and another address is named', async () => {
    await expect(run({ lacks: ['dead-letters'] })).rejects.toThrow(/hides \/dead-letters.+8090/)
  })

  it('lacks a channel is not measured', async () => {
    await expect(run({ lacks: ['kafka'] })).rejects.toThrow(/has no route for kafka/)
  })

  it('has no broker for a channel that is asked for is not measured, and for one that is not, it does not matter', async () => {
    await expect(run({ down: ['kafka'] })).rejects.toThrow(/has no kafka \(connection refused\)/)
    await shop?.close()
    expect((await run({ down: ['kafka'], flags: ['--channels', 'sync'] })).verdict.status).toBe('PASS')
  })
})

describe('a run whose generator breaks', () => {
  it('keeps the steps before, and audits them', async () => {
    let steps = 0
    const generator: Generate = (plan, watch) => {
      steps += 1
      return steps === 2 ? Promise.reject(new Error('a thread died')) : generateOnBusyMachine(plan, watch)
    }

    const results = await run({ generator, flags: ['--channels', 'sync,kafka'] })

    expect(results.run).toMatchObject({ ending: 'failed', reason: 'the generator broke: a thread died' })
    expect(results.steps).toHaveLength(1)
    expect(results.reconciliation).toMatchObject({ holds: true })
    expect(results.verdict.status).toBe('INVALID')
    expect(shop?.catalogue).toEqual([])
  })
})

describe('a run that is stopped', () => {
  it('audits what was accepted, keeps it, and calls it partial', async () => {
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

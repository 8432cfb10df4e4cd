import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createInvoker, FunctionError, FunctionTimeoutError, type Invoker } from './invoker'
import type { FunctionDefinition, Serverless } from './serverless'

const HANDLERS = `
let calls = 0
exports.count = async () => ({ calls: ++calls })
exports.echo = async (event) => event
exports.fail = async () => { throw new TypeError('no good') }
exports.hang = () => new Promise(() => {})
exports.nothing = async () => {}
exports.date = async () => ({ at: new Date(0), none: undefined })
exports.circle = async () => { const circle = {}; circle.self = circle; return circle }
exports.context = async (event, context) => ({
  remainingMs: context.getRemainingTimeInMillis(), name: context.functionName, id: context.awsRequestId.length,
})
exports.environment = async () => process.env.OF_THE_FUNCTION
`

let directory: string
let invoker: Invoker | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'invoker-'))
  await writeFile(join(directory, 'package.json'), '{ "type": "commonjs" }')
  await writeFile(join(directory, 'handlers.js'), HANDLERS)
})

afterAll(() => rm(directory, { recursive: true }))

afterEach(async () => {
  await invoker?.close()
  invoker = undefined
})

const TIMEOUT_SECONDS = 30

function definitionOf(name: string): FunctionDefinition & Record<string, unknown> {
  const timeout = name === 'hang' ? 0.1 : TIMEOUT_SECONDS
  const environment = { OF_THE_FUNCTION: name }
  return { handler: `handlers.${name}`, name: `shop-${name}`, runtime: 'nodejs20.x', timeout, environment }
}

async function createTestInvoker(runner: object, noTimeout = false): Promise<Invoker> {
  const names = [...HANDLERS.matchAll(/exports\.(\w+)/g)].map(([, name]) => name ?? '')
  const serverless: Serverless & { config: object } = {
    config: { serverlessPath: directory, servicePath: directory },
    service: {
      service: 'shop',
      provider: { name: 'aws', region: 'eu-central-1' },
      getAllFunctions: () => names,
      getFunction: definitionOf,
    },
    configSchemaHandler: { defineFunctionEventProperties: () => undefined },
    classes: { Error },
    getProvider: () => {
      throw new Error('not needed to invoke')
    },
  }
  invoker = await createInvoker(serverless, { runner: { host: 'localhost', ...runner }, noTimeout })
  return invoker
}

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe.each([
  ['in this process', { useInProcess: true }],
  ['in workers', { useInProcess: false }],
])('an invocation %s', (_where, runner) => {
  it('gives the function its event, and what it returns', async () => {
    const { invoke } = await createTestInvoker(runner)

    expect(await invoke('echo', { eventSource: 'aws:kafka' })).toEqual({ eventSource: 'aws:kafka' })
  })

  it('finds the module of the function as the one before left it', async () => {
    const { invoke } = await createTestInvoker(runner)

    const [first, second] = [await invoke('count', {}), await invoke('count', {})]

    const { calls } = first as { calls: number }
    expect(second).toEqual({ calls: calls + 1 })
  })

  it('fails with what the function threw', async () => {
    const { invoke } = await createTestInvoker(runner)

    const error = await rejection(invoke('fail', {}))

    expect(error).toBeInstanceOf(FunctionError)
    expect(error).toMatchObject({ code: 'FUNCTION_FAILED', message: 'fail failed: no good' })
    expect(error).toHaveProperty('cause.message', 'no good')
  })

  it('fails in another way when the function takes too long, and the next one is answered', async () => {
    const { invoke } = await createTestInvoker(runner)

    const error = await rejection(invoke('hang', {}))

    expect(error).toBeInstanceOf(FunctionTimeoutError)
    expect(error).toMatchObject({ code: 'FUNCTION_TIMED_OUT', message: 'hang timed out after 100 ms' })
    expect(await rejection(invoke('hang', {}))).toBeInstanceOf(FunctionTimeoutError)
    expect(await invoke('echo', 1)).toBe(1)
  })

  it('has the context and the environment of its function', async () => {
    const { invoke } = await createTestInvoker(runner)

    const context = await invoke('context', {})
    expect(context).toEqual({ remainingMs: expect.any(Number), name: 'shop-context', id: 36 })
    const { remainingMs } = context as { remainingMs: number }
    expect(remainingMs).toBeGreaterThan(0)
    expect(remainingMs).toBeLessThanOrEqual(TIMEOUT_SECONDS * 1000)
    expect(await invoke('environment', {})).toBe('environment')
  })
})

describe('an invocation', () => {
  it('answers with what has a JSON, and with null for nothing', async () => {
    const { invoke } = await createTestInvoker({ useInProcess: true })

    expect(await invoke('date', {})).toEqual({ at: '1970-01-01T00:00:00.000Z' })
    expect(await invoke('nothing', {})).toBeNull()
  })

  it('fails when what the function returns has no JSON', async () => {
    const { invoke } = await createTestInvoker({ useInProcess: true })

    expect(await rejection(invoke('circle', {}))).toBeInstanceOf(FunctionError)
  })

  it('leaves no timer behind', async () => {
    const { invoke } = await createTestInvoker({ useInProcess: true })
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
    await invoke('echo', 1)
    const before = timers()

    for (let call = 0; call < 20; call++) await invoke('echo', call)

    expect(timers()).toBeLessThan(before + 10)
  })

  it('takes its time where timeouts are off', async () => {
    const { invoke } = await createTestInvoker({ useInProcess: true }, true)

    const answer = await Promise.race([rejection(invoke('hang', {})), delayed(300)])

    expect(answer).toBe('still waiting')
  })

  it('runs beside others', async () => {
    const { invoke } = await createTestInvoker({ useInProcess: false })

    const answers = await Promise.all(Array.from({ length: 5 }, (_, call) => invoke('echo', call)))

    expect(answers).toEqual([0, 1, 2, 3, 4])
  })
})

function delayed(milliseconds: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('still waiting'), milliseconds))
}

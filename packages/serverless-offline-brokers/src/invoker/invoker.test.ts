import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { FunctionDefinition } from '../serverless'
import { FunctionService, rejectionOf } from '../testing/function-service'
import { FunctionError, FunctionTimeoutError } from './function-error'

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
  remaining: context.getRemainingTimeInMillis() <= 100, name: context.functionName, id: context.awsRequestId.length,
})
exports.leaveRejection = async () => { setTimeout(() => Promise.reject(new Error('left behind')), 20); return 1 }
exports.version = async () => require('./version.js')
exports.slowVersion = () => new Promise((resolve) => setTimeout(resolve, 300, 'finished'))
exports.environment = async () => process.env.OF_THE_FUNCTION
`

/** On a busy machine the first import of serverless-offline, or the start of a worker, takes seconds. */
const SLOW_START = { timeout: 60_000 }

function definitionOf(name: string): FunctionDefinition {
  if (name === 'built') return { handler: 'built.handler' }
  const timeout = name === 'hang' || name === 'context' ? 0.1 : 30
  return { timeout, environment: { OF_THE_FUNCTION: name } }
}

let service: FunctionService

beforeAll(async () => {
  service = await FunctionService.create({ 'handlers.js': HANDLERS }, definitionOf)
})

afterAll(() => service.remove())
afterEach(() => service.closeInvokers())

describe.each([
  ['in this process', { useInProcess: true }],
  ['in workers', { useInProcess: false }],
])('an invocation %s', SLOW_START, (_where, runner) => {
  it('passes the event to the function and returns its result', async () => {
    const { invoke } = await service.open(runner)

    expect(await invoke('echo', { eventSource: 'aws:kafka' })).toEqual({ eventSource: 'aws:kafka' })
  })

  it('finds the module of the function as the last invocation left it', async () => {
    const { invoke } = await service.open(runner)

    const [first, second] = [await invoke('count', {}), await invoke('count', {})]

    const { calls } = first as { calls: number }
    expect(second).toEqual({ calls: calls + 1 })
  })

  it('fails with what the function threw', async () => {
    const { invoke } = await service.open(runner)

    const error = await rejectionOf(invoke('fail', {}))

    expect(error).toBeInstanceOf(FunctionError)
    expect(error).toMatchObject({ code: 'FUNCTION_FAILED', message: 'fail failed: no good' })
    expect(error).toHaveProperty('cause.message', 'no good')
  })

  it('fails with a timeout error when the function takes too long, and the next invocation succeeds', async () => {
    const { invoke } = await service.open(runner)

    const error = await rejectionOf(invoke('hang', {}))

    expect(error).toBeInstanceOf(FunctionTimeoutError)
    expect(error).toMatchObject({ code: 'FUNCTION_TIMED_OUT', message: 'hang timed out after 100 ms' })
    expect(await rejectionOf(invoke('hang', {}))).toBeInstanceOf(FunctionTimeoutError)
    expect(await invoke('echo', 1)).toBe(1)
  })

  it('has the context and the environment of its function', async () => {
    // A worker may take longer to start than the timeout of this function, so timeouts are off.
    const { invoke } = await service.open(runner, true)

    expect(await invoke('context', {})).toEqual({ remaining: true, name: 'shop-context', id: 36 })
    expect(await invoke('environment', {})).toBe('environment')
  })
})

describe('an invocation', SLOW_START, () => {
  it('returns a result as its JSON, and null when there is none', async () => {
    const { invoke } = await service.open({ useInProcess: true })

    expect(await invoke('date', {})).toEqual({ at: '1970-01-01T00:00:00.000Z' })
    expect(await invoke('nothing', {})).toBeNull()
  })

  it('fails when the result has no JSON', async () => {
    const { invoke } = await service.open({ useInProcess: true })

    expect(await rejectionOf(invoke('circle', {}))).toBeInstanceOf(FunctionError)
  })

  it('leaves no timer behind', async () => {
    const { invoke } = await service.open({ useInProcess: true })
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
    await invoke('echo', 1)
    const before = timers()

    for (let call = 0; call < 20; call++) await invoke('echo', call)

    expect(timers()).toBeLessThan(before + 10)
  })

  it('may take longer than its timeout when timeouts are off', async () => {
    const withoutTimeouts = await service.open({ useInProcess: true }, true)
    const withTimeouts = await service.open({ useInProcess: true })
    let isSettled = false
    void rejectionOf(withoutTimeouts.invoke('hang', {})).then(() => {
      isSettled = true
    })

    expect(await rejectionOf(withTimeouts.invoke('hang', {}))).toBeInstanceOf(FunctionTimeoutError)

    expect(isSettled).toBe(false)
  })

  it('runs in parallel with others', async () => {
    const { invoke } = await service.open({ useInProcess: false })

    const answers = await Promise.all(Array.from({ length: 5 }, (_, call) => invoke('echo', call)))

    expect(answers).toEqual([0, 1, 2, 3, 4])
  })
})

describe('a function that fails between two invocations', SLOW_START, () => {
  it('is reported, and has a new environment for the next one', async () => {
    const { invoke } = await service.open()

    expect(await invoke('leaveRejection', {})).toBe(1)
    await vi.waitFor(
      () => expect(service.warnings).toEqual([expect.stringMatching(/^leaveRejection failed between.*left behind/)]),
      20_000,
    )

    expect(await invoke('leaveRejection', {})).toBe(1)
  })
})

describe('a built function', SLOW_START, () => {
  it('fails with a stack of its TypeScript lines', async () => {
    const contents = [
      '',
      'type Order = { id: number }',
      'export const handler = async (order: Order) => {',
      '  throw new Error("no " + order.id)',
      '}',
    ]
    const stdin = { contents: contents.join('\n'), sourcefile: 'orders.ts', loader: 'ts' } as const
    await build({ stdin, outfile: join(service.directory, 'built.js'), format: 'cjs', sourcemap: true, minify: true })
    const { invoke } = await service.open()

    const error = await rejectionOf(invoke('built', 1))

    expect(error).toHaveProperty('cause.stack', expect.stringMatching(/orders\.ts:4:/))
  })
})

describe('a reload', SLOW_START, () => {
  it('runs the new code in later invocations, and lets the running one finish', async () => {
    const { invoke, reload } = await service.open()
    const write = (version: number) => writeFile(join(service.directory, 'version.js'), `module.exports = ${version}`)
    await write(1)
    expect(await invoke('version', {})).toBe(1)
    const slow = invoke('slowVersion', {})

    await write(2)
    await reload()

    expect(await invoke('version', {})).toBe(2)
    expect(await slow).toBe('finished')
  })
})

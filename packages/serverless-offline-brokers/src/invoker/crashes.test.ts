import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FunctionService, rejectionOf } from '../testing/function-service'
import { FunctionError, RESPONSE_LIMIT_BYTES } from './function-error'

/** By name: what a function does, and the message of the failure. Without a message: only that it fails. */
const FAILURES: Readonly<Record<string, readonly [code: string, message?: string | RegExp]>> = {
  'a promise that is rejected and not handled': ["() => { Promise.reject(new Error('lost')) }", 'lost'],
  'a rejected promise that is not handled, before a result': [
    "async () => { Promise.reject(new Error('lost')); return 1 }",
    'lost',
  ],
  'a promise that is rejected later': [
    "() => new Promise(() => setTimeout(() => Promise.reject(new Error('late')), 5))",
    'late',
  ],
  'a promise that is rejected with undefined': ['() => new Promise(() => { Promise.reject(undefined) })'],
  'a throw in a timer': [
    "() => new Promise(() => setTimeout(() => { throw new Error('in a timer') }, 5))",
    'in a timer',
  ],
  'a throw of undefined in a timer': ['() => new Promise(() => setTimeout(() => { throw undefined }, 5))'],
  'an error event without a listener': [
    "() => new Promise(() => setImmediate(() => new (require('events'))().emit('error', new Error('an event'))))",
    'an event',
  ],
  'an error with a function as its cause': ["async () => { throw new Error('no', { cause: () => 1 }) }", 'no'],
  'an error with itself as its cause': ["async () => { const e = new Error('no'); e.cause = e; throw e }", 'no'],
  'an error with a member that cannot be cloned': [
    "async () => { throw Object.assign(new Error('no'), { socket: new WeakMap(), symbol: Symbol() }) }",
    'no',
  ],
  'an error with a message that throws': [
    "async () => { throw Object.defineProperty(new Error('x'), 'message', { get() { throw 1 } }) }",
  ],
  'an uncaught error that cannot be cloned': [
    "() => new Promise(() => setImmediate(() => { throw new Error('no', { cause: () => 1 }) }))",
    'no',
  ],
  'a thrown undefined': ['async () => { throw undefined }', 'undefined'],
  'a thrown null': ['async () => { throw null }', 'null'],
  'a thrown string': ["async () => { throw 'a text' }", 'a text'],
  'a thrown empty string': ["async () => { throw '' }", ''],
  'a thrown number': ['async () => { throw 0 }', '0'],
  'a thrown object': ['async () => { throw { reason: 1 } }', '{ reason: 1 }'],
  'a thrown function': ['async () => { throw () => 1 }', /Function/],
  'a thrown symbol': ["async () => { throw Symbol('x') }", 'Symbol(x)'],
  'a throw before any promise': ["() => { throw new Error('early') }", 'early'],
  'a stack overflow': ['async function f() { return await (function g() { return g() + 1 })() }', /call stack/],
  'an error of the callback': ["(event, context, callback) => callback(new Error('by callback'))", 'by callback'],
  'a string as the error of the callback': ["(event, context, callback) => callback('by callback')", 'by callback'],
  'an error of context.fail': ["(event, context) => context.fail(new Error('by context'))", 'by context'],
  'a circular result': ['async () => { const circle = {}; circle.self = circle; return circle }', /circular/],
  'a result with a BigInt': ['async () => ({ big: 1n })', /BigInt/],
  'a result whose toJSON throws': ["async () => ({ toJSON() { throw new Error('no JSON') } })", 'no JSON'],
  'a result of more than 6 MB': [
    `async () => 'x'.repeat(${RESPONSE_LIMIT_BYTES - 1})`,
    `Response payload size (${RESPONSE_LIMIT_BYTES + 1} bytes) exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
  ],
  'process.exit': ['() => process.exit(3)', 'exited with status 3'],
  'process.exit with 0': ['() => process.exit(0)', 'exited with status 0'],
  'process.exit in a timer': ['() => new Promise(() => setTimeout(() => process.exit(4), 5))', 'exited with status 4'],
}

/** What a function does, and its result. */
const RESULTS: Readonly<Record<string, readonly [code: string, result: unknown]>> = {
  'a result that contains a function': ['async () => ({ kept: 1, dropped: () => 2 })', { kept: 1 }],
  'a result that is a function': ['async () => () => 1', null],
  'a result that contains a symbol, a map and a promise': [
    'async () => ({ s: Symbol(), m: new Map([[1, 2]]), p: Promise.resolve(1) })',
    { m: {}, p: {} },
  ],
  'a result of just 6 MB': [
    `async () => 'x'.repeat(${RESPONSE_LIMIT_BYTES - 2})`,
    'x'.repeat(RESPONSE_LIMIT_BYTES - 2),
  ],
  'no result': ['async () => {}', null],
  'a function without promise and callback': ['(event) => { event.used = true }', null],
  'a function that returns a value without a promise': ['(event) => 5', null],
  'a result by callback': ['(event, context, callback) => setTimeout(callback, 5, null, 7)', 7],
  'a result by context.succeed': ['(event, context) => context.succeed(8)', 8],
  'a result by context.done': ['(event, context) => { const { done } = context; setTimeout(done, 5, null, 9) }', 9],
  'a promise of another library': ['() => ({ then: (resolve) => resolve(10) })', 10],
  'a rejection that is handled': ["async () => { await Promise.reject(1).catch(() => {}); return 'ok' }", 'ok'],
}

const all = { ...FAILURES, ...RESULTS }
const codes = Object.entries(all).map(([title, [code]]) => `${JSON.stringify(title)}: ${code}`)

/** One function for each number of parameters, because Lambda waits for a callback only when there is a third one. */
const HANDLERS = `
const all = { ${codes.join(',\n')} }
exports.run1 = (title) => all[title](title)
exports.run2 = (title, context) => all[title](title, context)
exports.run3 = (title, context, callback) => all[title](title, context, callback)
exports.echo = async (event) => event
exports.version = 1
`
function nameOf(title: string): string {
  const [code = ''] = all[title] ?? []
  return code.startsWith('(event, context, callback)') ? 'run3' : code.startsWith('(event, context)') ? 'run2' : 'run1'
}

const FILES = {
  'handlers.js': HANDLERS,
  'throws.js': "throw new Error('while loading')",
  'rejects.js': "Promise.reject(new Error('while loading')); exports.handler = () => new Promise(() => {})",
  'exits.js': 'process.exit(5)',
  'syntax.js': 'exports.handler = (',
}
const LOADING: Readonly<Record<string, readonly [handler: string, message: RegExp]>> = {
  'a missing file': ['absent.handler', /Cannot find module/],
  'a missing export': ['handlers.absent', /undefined or not exported/],
  'an export that is no function': ['handlers.version', /is not a function/],
  'a file that throws': ['throws.handler', /while loading/],
  'a file that leaves a rejection': ['rejects.handler', /while loading/],
  'a file that ends the process': ['exits.handler', /exited with status 5/],
  'a syntax error': ['syntax.handler', /Unexpected/],
}

/** On a busy machine the start of a worker takes seconds. */
const SLOW_START = { timeout: 60_000 }

let service: FunctionService

beforeAll(async () => {
  service = await FunctionService.create(FILES, (name) => {
    const handler = LOADING[name]?.[0]
    return handler === undefined ? {} : { handler }
  })
})

afterAll(() => service.remove())
afterEach(() => service.closeInvokers())

describe('a function in a worker', SLOW_START, () => {
  it('fails its invocation, and the next one succeeds, with each way to fail', async () => {
    const { invoke } = await service.open()
    for (const [title, [, message]] of Object.entries(FAILURES)) {
      const error = await rejectionOf(invoke(nameOf(title), title))

      expect(error, title).toBeInstanceOf(FunctionError)
      if (message !== undefined)
        expect((error as FunctionError & { cause: Error }).cause.message, title).toMatch(message)
      expect(await invoke('echo', title)).toBe(title)
    }
  })

  it('succeeds with the JSON of its result', async () => {
    const { invoke } = await service.open()
    for (const [title, [, result]] of Object.entries(RESULTS)) {
      expect(await invoke(nameOf(title), title), title).toEqual(result)
    }
  })

  it('fails every invocation when it cannot be loaded', async () => {
    const { invoke } = await service.open()
    for (const [title, [, message]] of Object.entries(LOADING)) {
      for (const attempt of [1, 2]) {
        const error = await rejectionOf(invoke(title, {}))

        expect(error, `${title}, try ${attempt}`).toBeInstanceOf(FunctionError)
        expect((error as Error).message, title).toMatch(message)
      }
    }
  })
})

describe('a function in this process', SLOW_START, () => {
  const isThrown = ([, [code]]: readonly [string, readonly [string, ...unknown[]]]) =>
    !/Promise.reject|setTimeout|setImmediate|process.exit/.test(code)

  it('fails its invocation with whatever it throws or returns', async () => {
    const { invoke } = await service.open({ useInProcess: true })
    for (const [title, [, message]] of Object.entries(FAILURES).filter(isThrown)) {
      const error = await rejectionOf(invoke(nameOf(title), title))

      expect(error, title).toBeInstanceOf(FunctionError)
      if (message !== undefined)
        expect((error as FunctionError & { cause: Error }).cause.message, title).toMatch(message)
    }
  })

  it('succeeds with the JSON of its result', async () => {
    const { invoke } = await service.open({ useInProcess: true })
    for (const [title, [, result]] of Object.entries(RESULTS)) {
      expect(await invoke(nameOf(title), title), title).toEqual(result)
    }
  })
})

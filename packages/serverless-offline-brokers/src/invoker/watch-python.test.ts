import { spawnSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FunctionService, rejectionOf } from '../testing/function-service'
import { FunctionError, FunctionTimeoutError } from './function-error'

const PYTHON = `
import os, sys, threading, time
calls = 0

def count(event, context):
    global calls
    calls += 1
    return calls

def echo(event, context): return event
def none(event, context): pass
def zero(event, context): return 0
def false(event, context): return False
def empty(event, context): return ''
def empty_list(event, context): return []
def prints(event, context):
    print('{"__offline_payload__')
    print('null')
    print('a line', file=sys.stderr)
    return {'printed': True}
def raises(event, context): raise ValueError('no good: ' + str(event))
def raises_a_cause(event, context):
    try:
        raise KeyError('first')
    except KeyError as error:
        raise RuntimeError('second') from error
def raises_without_message(event, context): raise ValueError
def raises_two_lines(event, context): raise ValueError('first line\\nsecond line')
def exits(event, context): sys.exit(3)
def exits_hard(event, context): os._exit(4)
def kills_itself(event, context): os.kill(os.getpid(), 9)
def no_json(event, context): return {1, 2}
def hangs(event, context): time.sleep(60)
`

/** By function: what its failure says. */
const FAILURES: Readonly<Record<string, RegExp>> = {
  raises: /no good: 1$/,
  raises_a_cause: /second$/,
  raises_without_message: /ValueError$/,
  raises_two_lines: /first line/,
  exits: /exited with status 3$/,
  exits_hard: /exited with status 4$/,
  kills_itself: /SIGKILL|137/,
  no_json: /not JSON serializable$/,
  absent: /has no attribute 'absent'$/,
  'missing file': /No module named/,
  'syntax error': /invalid syntax|never closed/,
}
const HANDLERS: Readonly<Record<string, string>> = {
  'missing file': 'absent_module.handler',
  'syntax error': 'syntax_error.handler',
}

const hasPython = spawnSync('python3', ['--version']).status === 0
const SLOW_START = { timeout: 60_000 }

describe.skipIf(!hasPython)('a Python function', SLOW_START, () => {
  let service: FunctionService

  beforeAll(async () => {
    service = await FunctionService.create(
      { 'python_handlers.py': PYTHON, 'syntax_error.py': 'def handler(' },
      (name) => ({
        runtime: 'python3.11',
        handler: HANDLERS[name] ?? `python_handlers.${name}`,
        environment: { PYTHONPATH: service?.directory },
        timeout: name === 'hangs' ? 1 : 60,
      }),
    )
  })

  afterAll(() => service?.remove())
  afterEach(() => service.closeInvokers())

  it.each(Object.entries(FAILURES))('fails its invocation immediately: %s', async (name, message) => {
    const { invoke } = await service.open()

    const error = await rejectionOf(invoke(name, 1))

    expect(error).toBeInstanceOf(FunctionError)
    expect((error as Error).message).toMatch(message)
  })

  it('has a new process after a failure', async () => {
    const { invoke } = await service.open()

    for (const _ of [1, 2]) expect(await rejectionOf(invoke('raises', 1))).toBeInstanceOf(FunctionError)
    expect(await invoke('echo', { a: 1 })).toEqual({ a: 1 })
  })

  it('shows the traceback', async () => {
    const { invoke } = await service.open()

    const error = await rejectionOf(invoke('raises', 1))

    expect(error).toHaveProperty('cause.name', 'ValueError')
    expect(error).toHaveProperty(
      'cause.stack',
      expect.stringMatching(/^Traceback.*in raises.*ValueError: no good: 1$/s),
    )
  })

  it('succeeds with every result, also those that are false in JavaScript', async () => {
    const { invoke } = await service.open()
    const results = { none: null, zero: 0, false: false, empty: '', empty_list: [], prints: { printed: true } }
    for (const [name, result] of Object.entries(results)) {
      expect(await invoke(name, 1), name).toEqual(result)
      expect(await invoke(name, 1), name).toEqual(result)
    }
  })

  it('keeps its process between invocations', async () => {
    const { invoke } = await service.open()

    expect([await invoke('count', 1), await invoke('none', 1), await invoke('count', 1)]).toEqual([1, null, 2])
  })

  it('fails with a timeout error when it takes too long', async () => {
    const { invoke } = await service.open()

    expect(await rejectionOf(invoke('hangs', 1))).toBeInstanceOf(FunctionTimeoutError)
  })
})

import type { Context } from 'aws-lambda'
import { describe, expect, it, vi } from 'vitest'
import { type Handler, LambdaFunction } from './lambda-function'

function create(handler: Handler): LambdaFunction {
  return new LambdaFunction(handler, { name: 'shop-work', timeoutSeconds: 2, memorySizeMb: 256 }, 'eu-central-1')
}

describe('an invocation', () => {
  it('passes the event to the handler and resolves to its result', async () => {
    expect(await create(async (event) => ({ event })).invoke('one')).toEqual({ event: 'one' })
    expect(await create((event) => event).invoke('two')).toBe('two')
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('defect'))],
    [
      'throws',
      () => {
        throw new Error('defect')
      },
    ],
  ])('fails when the handler %s', async (_, handler) => {
    await expect(create(handler).invoke({})).rejects.toThrow('defect')
  })

  it('has its own context, as on Lambda', async () => {
    const contexts: Context[] = []
    const lambda = create((_, context) => void contexts.push(context))

    await lambda.invoke({})
    await lambda.invoke({})

    expect(contexts[0]).toMatchObject({
      functionName: 'shop-work',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:shop-work',
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/shop-work',
    })
    expect(contexts[0]?.awsRequestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(contexts[0]?.awsRequestId).not.toBe(contexts[1]?.awsRequestId)
  })

  it('knows its remaining time, and fails after its timeout', async () => {
    vi.useFakeTimers()
    let remaining = () => Number.NaN
    const invoked = create((_, context) => {
      remaining = context.getRemainingTimeInMillis
      return new Promise(() => {})
    }).invoke({})
    const failed = expect(invoked).rejects.toMatchObject({
      code: 'function-timed-out',
      message: 'shop-work timed out after 2000 ms',
    })

    expect(remaining()).toBe(2_000)
    await vi.advanceTimersByTimeAsync(1_500)
    expect(remaining()).toBe(500)
    await vi.advanceTimersByTimeAsync(500)
    await failed
    expect(remaining()).toBe(0)
    vi.useRealTimers()
  })

  it('leaves no timer behind', async () => {
    vi.useFakeTimers()

    await create(() => 'done').invoke({})

    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })
})

import { expect, it } from 'vitest'
import { InterruptedError, unlessStopped } from './interrupted'

const NEVER = new Promise<string>(() => undefined)

it('returns the result of a preparation that is not stopped', async () => {
  expect(await unlessStopped(new AbortController().signal, Promise.resolve('ready'))).toBe('ready')
})

it('does not wait for a preparation that hangs when the run is stopped', async () => {
  const stop = new AbortController()
  const waiting = unlessStopped(stop.signal, NEVER)
  stop.abort()

  await expect(waiting).rejects.toThrow(InterruptedError)
  await expect(unlessStopped(AbortSignal.abort(), NEVER)).rejects.toThrow(InterruptedError)
})

it('reports the failure of a preparation', async () => {
  await expect(unlessStopped(new AbortController().signal, Promise.reject(new Error('no')))).rejects.toThrow('no')
})

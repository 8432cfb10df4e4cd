import { Worker } from 'node:worker_threads'
import { afterEach, expect, it, vi } from 'vitest'
import { type CrashGuard, type Guarded, openCrashGuard } from './crash-guard'

let guard: CrashGuard | undefined
const others: unknown[] = []

afterEach(() => {
  guard?.close()
  others.length = 0
})

function environment(): Guarded & { readonly errors: unknown[] } {
  const errors: unknown[] = []
  return { errors, crashed: (error) => errors.push(error), childStarted: () => undefined }
}

it('reports a worker that exceeds its heap to its environment only', { timeout: 60_000 }, async () => {
  guard = openCrashGuard({ isInProcess: false, otherWorkerFailed: (error) => others.push(error) })
  const [mine, other] = [environment(), environment()]
  const fill = 'const all = []; for (;;) all.push(new Array(1e5).fill({}))'

  await guard.run(mine, async () => new Worker(fill, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } }))
  const healthy = await guard.run(other, async () => new Worker('setInterval(() => {}, 1000)', { eval: true }))

  await vi.waitFor(() => expect(mine.errors[0]).toHaveProperty('code', 'ERR_WORKER_OUT_OF_MEMORY'), 50_000)
  expect(other.errors).toEqual([])
  await healthy.terminate()
})

it('reports nothing of a worker that no environment has started', { timeout: 60_000 }, async () => {
  guard = openCrashGuard({ isInProcess: false, otherWorkerFailed: (error) => others.push(error) })
  const mine = environment()
  await guard.run(mine, async () => undefined)
  const worker = new Worker('process.exit(3)', { eval: true })

  await new Promise((resolve) => worker.on('exit', resolve))

  expect(mine.errors).toEqual([])
})

it('keeps the uncaught error of another worker from ending this process', { timeout: 60_000 }, async () => {
  guard = openCrashGuard({ isInProcess: false, otherWorkerFailed: (error) => others.push(error) })

  const worker = new Worker("Promise.reject(new Error('lost'))", { eval: true })
  await new Promise((resolve) => worker.on('exit', resolve))

  expect(others).toMatchObject([{ message: 'lost' }])
})

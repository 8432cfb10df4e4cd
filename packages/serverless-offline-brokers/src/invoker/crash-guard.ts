import { AsyncLocalStorage } from 'node:async_hooks'
import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Worker } from 'node:worker_threads'
import { describeThrown } from './describe-thrown'

/** An execution environment, as far as the guard is concerned. */
export interface Guarded {
  /** The environment has ended, and with it the invocation. */
  crashed(error: unknown): void
  /** A process of the function has started. */
  childStarted(child: ChildProcess): void
}

/**
 * Notices how the code of functions ends in ways that serverless-offline does not report: it would wait for the timeout, or
 * end itself. Node announces every new worker and child process; the async context says to which environment it belongs.
 */
export interface CrashGuard {
  run<T>(environment: Guarded, work: () => Promise<T>): Promise<T>
  close(): void
}

export interface CrashGuardOptions {
  /** Whether functions run in this process, so that their uncaught errors are errors of this process. */
  readonly isInProcess: boolean
  /** An uncaught error ended a worker of other code, such as an HTTP function of serverless-offline. */
  otherWorkerFailed(error: unknown): void
}

export function openCrashGuard({ isInProcess, otherWorkerFailed }: CrashGuardOptions): CrashGuard {
  const running = new AsyncLocalStorage<Guarded>()
  const workerStarted = (worker: Worker) => {
    const environment = running.getStore()
    if (environment !== undefined) watchWorker(worker, environment)
    // Without a listener, the error would end this process, and with it the event sources.
    else if (worker.listenerCount('error') === 0) worker.on('error', otherWorkerFailed)
  }
  const childStarted = (message: unknown) => {
    running.getStore()?.childStarted((message as { readonly process: ChildProcess }).process)
  }
  process.on('worker', workerStarted)
  subscribe('child_process', childStarted)
  const releaseProcess = isInProcess ? guardThisProcess(running) : () => {}

  return {
    run: (environment, work) => running.run(environment, work),
    close() {
      process.off('worker', workerStarted)
      unsubscribe('child_process', childStarted)
      releaseProcess()
    },
  }
}

function watchWorker(worker: Worker, environment: Guarded): void {
  worker.on('error', (error) => environment.crashed(error))
  worker.on('exit', (code) => environment.crashed(exitError(code, null)))
}

/** As Lambda reports it. */
export function exitError(code: number | null, signal: string | null): Error {
  const error = new Error(signal === null ? `exited with status ${code}` : `ended by ${signal}`)
  error.name = 'Runtime.ExitError'
  return error
}

/** Thrown into a function that ends the process, so that it does not continue. */
class ExitInFunction extends Error {}

/**
 * Uncaught errors, rejections and `process.exit` of functions that run in this process fail their invocation. All others
 * have the effect that they would have without the guard.
 */
function guardThisProcess(running: AsyncLocalStorage<Guarded>): () => void {
  const onError = (error: unknown, byDefault: () => void) => {
    const environment = running.getStore()
    if (environment === undefined) return byDefault()
    if (!(error instanceof ExitInFunction)) environment.crashed(error)
  }
  const { exit } = process
  process.exit = (code) => {
    const environment = running.getStore()
    if (environment === undefined) return exit(code)
    environment.crashed(exitError(Number(code ?? 0), null))
    throw new ExitInFunction('process.exit')
  }
  // Without a capture callback, the framework ends the process at an uncaught exception.
  if (!process.hasUncaughtExceptionCaptureCallback()) {
    process.setUncaughtExceptionCaptureCallback((error) =>
      onError(error, () => {
        const listeners = process.listeners('uncaughtException')
        for (const listener of listeners) listener(error, 'uncaughtException')
        if (listeners.length > 0) return
        process.stderr.write(`${describeThrown(error).detail}\n`)
        exit(1)
      }),
    )
  }
  return () => {
    process.exit = exit
    process.setUncaughtExceptionCaptureCallback(null)
  }
}

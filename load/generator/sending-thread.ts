import { Worker } from 'node:worker_threads'
import type { Share } from './run-share'
import type { FromThread, ThreadResult, ThreadTally, ToThread } from './thread-messages'
import { threadProgram } from './thread-program'

/** A worker thread that sends its share, seen from the main thread. */
export class SendingThread {
  readonly #worker: Worker
  /** Resolves when the thread has created its schedule. Rejects, like `result`, if the thread dies before. */
  readonly ready: Promise<void>
  readonly result: Promise<ThreadResult>

  constructor(share: Share, onTally: (tally: ThreadTally) => void) {
    const worker = new Worker(threadProgram(), { eval: true, workerData: share })
    this.#worker = worker
    worker.on('message', (message: FromThread) => {
      if (message.type === 'tally') onTally(message.tally)
    })
    // A thread may exit right after its last message: the first event decides.
    const until = <Type extends FromThread['type']>(type: Type) =>
      new Promise<Extract<FromThread, { type: Type }>>((resolve, reject) => {
        worker.on('message', (message: FromThread) => {
          if (message.type === type) resolve(message as Extract<FromThread, { type: Type }>)
        })
        worker.once('error', reject)
        worker.once('exit', (code) => reject(new Error(`a sending thread ended early, with code ${code}`)))
      })
    this.ready = until('ready').then(() => undefined)
    this.result = until('done').then(({ done }) => done)
    // Otherwise a rejection would be unhandled while the caller still awaits `ready`.
    this.result.catch(() => undefined)
  }

  /** @param zeroMs time 0 of the step, by the monotonic clock */
  start(zeroMs: number): void {
    this.#post({ type: 'start', zeroMs })
  }

  /** Changes the header Authorization of the requests from now on. */
  authorize(authorization: string): void {
    this.#post({ type: 'authorize', authorization })
  }

  /** Stops sending. The result follows soon. */
  stop(): void {
    this.#post({ type: 'stop' })
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message)
  }
}

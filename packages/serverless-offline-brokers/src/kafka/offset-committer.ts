import { createDeferred } from '../deferred'
import { retryDelayMs, wait } from '../delivery/retry-delay'
import type { RetryDelay } from '../event-source-mapping'
import type { CommitCursor } from './commit-cursor'

export interface OffsetCommitterParts {
  readonly cursor: CommitCursor
  readonly retryDelay: RetryDelay
  /** Aborted when the partition belongs to another member. Nothing is committed after that. */
  readonly revoked: AbortSignal
  commit(offset: bigint): Promise<void>
  reportError(error: unknown): void
}

/** Commits the progress of one partition, with one commit at a time, so that none overtakes another. */
export class OffsetCommitter {
  readonly #revoked = createDeferred()
  #running: Promise<void> | undefined

  constructor(private readonly parts: OffsetCommitterParts) {
    parts.revoked.addEventListener('abort', () => this.#revoked.resolve(), { once: true })
  }

  /** Resolves when all progress made until the last commit started is committed. Retries until then. */
  async commitProgress(): Promise<void> {
    if (this.#nextCommit !== undefined) this.#running ??= this.#commitUntilUpToDate()
    await this.#running
  }

  /** Resolves when no commit is in progress, or none counts any more: on a lost connection one may never end. */
  async idle(): Promise<void> {
    await Promise.race([this.#running, this.#revoked.promise])
  }

  get #nextCommit(): bigint | undefined {
    return this.parts.revoked.aborted ? undefined : this.parts.cursor.nextCommit
  }

  async #commitUntilUpToDate(): Promise<void> {
    const { cursor, retryDelay, revoked } = this.parts
    let failures = 0
    for (let offset = this.#nextCommit; offset !== undefined; offset = this.#nextCommit) {
      try {
        await this.parts.commit(offset)
        cursor.markCommitted(offset)
        failures = 0
      } catch (error) {
        if (!revoked.aborted) this.parts.reportError(error)
        failures += 1
        await wait(retryDelayMs(retryDelay, failures), revoked)
      }
    }
    this.#running = undefined
  }
}

import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { closeConnectionLostBy } from './lost-connection'

export interface InstanceGroupOptions {
  /** The program of an instance, and its arguments. */
  readonly program: string
  readonly args: readonly string[]
  readonly instances: number
  /** The port that all instances share. An instance may listen on other ports before. */
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
  readonly log: (line: string) => void
  /** Called with the exclusive port of each instance, whenever they have changed. */
  readonly onOwnPorts?: (ports: readonly number[]) => void
}

const START_WITHIN_MS = 30_000
/** The pause before an instance that ended by itself is replaced, so that a defect cannot cause a tight loop. */
const REPLACE_AFTER_MS = 500

/** An instance ended or timed out before it served. */
export class InstanceError extends Error {
  override readonly name = 'InstanceError'
  readonly code = 'instance-did-not-start'
}

/**
 * Instances of a program behind one port. This process listens on the port and passes each new connection to the next
 * instance (node:cluster). It replaces an instance that has died.
 */
export class InstanceGroup {
  readonly #options: InstanceGroupOptions
  #workers: Worker[] = []
  readonly #ownPorts = new Map<Worker, number>()
  #isStopping = false
  #restarted: Promise<void> = Promise.resolve()
  readonly #replacements = new Set<Promise<void>>()

  constructor(options: InstanceGroupOptions) {
    this.#options = options
    cluster.schedulingPolicy = cluster.SCHED_RR
    cluster.setupPrimary({ exec: options.program, args: [...options.args] })
  }

  /** Resolves when all of them serve. @throws {InstanceError} */
  async start(): Promise<void> {
    const started = Array.from({ length: this.#options.instances }, () => this.#startOne())
    this.#workers = await Promise.all(started)
  }

  /**
   * Replaces the instances one after another. The new instance serves before the old one receives SIGTERM, and the old
   * one finishes its requests in flight. A call during a restart causes another restart.
   * @throws {InstanceError} the instances that were not replaced continue to serve
   */
  restart(): Promise<void> {
    const restarted = this.#restarted.catch(() => undefined).then(() => this.#restartAll())
    this.#restarted = restarted
    return restarted
  }

  /** Stops all instances. @returns whether all of them finished their requests in flight */
  async stop(): Promise<boolean> {
    this.#isStopping = true
    await this.#restarted.catch(() => undefined)
    await Promise.all(this.#replacements)
    const codes = await Promise.all(this.#workers.map((worker) => this.#end(worker)))
    return codes.every((code) => code === 0)
  }

  /** Kills all instances. */
  kill(): void {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
  }

  async #restartAll(): Promise<void> {
    for (const old of [...this.#workers]) {
      if (this.#isStopping) return
      if (!this.#workers.includes(old)) continue // It died and was replaced in the meantime.
      const next = await this.#startOne()
      this.#workers = this.#workers.map((worker) => (worker === old ? next : worker))
      const code = await this.#end(old)
      this.#options.log(`instance ${old.process.pid} ended with code ${code}, ${next.process.pid} is in its place`)
    }
  }

  async #startOne(): Promise<Worker> {
    const worker = cluster.fork(this.#options.environment)
    closeConnectionLostBy(worker)
    this.#watchOwnPort(worker)
    const listening = new Promise<'listening'>((resolve) => {
      worker.on('listening', ({ port }) => port === this.#options.port && resolve('listening'))
    })
    const ended = once(worker, 'exit').then(([code]) => `ended with code ${code}`)
    const late = delay(START_WITHIN_MS, `did not serve within ${START_WITHIN_MS} ms`, { ref: false })
    const outcome = await Promise.race([listening, ended, late])
    if (outcome !== 'listening') {
      worker.process.kill('SIGKILL')
      throw new InstanceError(`an instance ${outcome}`)
    }
    worker.once('exit', (code, signal) => {
      const replaced = this.#replaceIfDied(worker, signal ?? code).finally(() => this.#replacements.delete(replaced))
      this.#replacements.add(replaced)
    })
    this.#options.log(`instance ${worker.process.pid} serves`)
    return worker
  }

  /** An instance may send the number of its exclusive port. */
  #watchOwnPort(worker: Worker): void {
    const report = () => this.#options.onOwnPorts?.([...this.#ownPorts.values()])
    worker.on('message', (message: { ownPort?: unknown }) => {
      if (typeof message.ownPort !== 'number') return
      this.#ownPorts.set(worker, message.ownPort)
      report()
    })
    worker.once('exit', () => {
      if (this.#ownPorts.delete(worker)) report()
    })
  }

  async #end(worker: Worker): Promise<number | null> {
    if (worker.isDead()) return worker.process.exitCode
    const ended = once(worker, 'exit')
    worker.process.kill('SIGTERM')
    const [code] = await ended
    return code
  }

  async #replaceIfDied(worker: Worker, ending: number | string): Promise<void> {
    if (this.#isStopping || !this.#workers.includes(worker)) return
    this.#options.log(`instance ${worker.process.pid} ended by itself: ${ending}`)
    while (!this.#isStopping && this.#workers.includes(worker)) {
      await delay(REPLACE_AFTER_MS)
      if (this.#isStopping) return
      try {
        const next = await this.#startOne()
        this.#workers = this.#workers.map((each) => (each === worker ? next : each))
        if (this.#isStopping) await this.#end(next)
      } catch (error) {
        if (!(error instanceof InstanceError)) throw error
        this.#options.log(error.message)
      }
    }
  }
}

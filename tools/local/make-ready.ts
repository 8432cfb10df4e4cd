import type { Config } from '@ecommerce/runtime/config'
import { migrate } from '../../infra/mysql/migrate'
import { seed } from '../../infra/mysql/seed'
import { buildBrokersPlugin } from '../../packages/build/src/build-brokers-plugin.mjs'
import { bringUp } from './bring-up'
import type { Checkout } from './checkout'
import { prepare } from './prepare'
import type { Progress } from './progress'
import type { Outcome } from './server'

/** A required server is missing. The reason was already shown. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError'
}

export interface Ready {
  readonly config: Config
  readonly outcomes: readonly Outcome[]
  /** The addresses of the servers, as settings for the functions. */
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Prepares everything that the functions need on this machine: servers, database, catalogue and the built functions.
 * @param build builds the functions while the servers come up @throws {NotReadyError}
 */
export async function makeReady(checkout: Checkout, progress: Progress, build: () => Promise<unknown>): Promise<Ready> {
  const during = async <T>(name: string, work: () => Promise<T>, describe: (result: T) => string): Promise<T> => {
    const step = progress.step(name)
    try {
      const result = await work()
      step.done(describe(result))
      return result
    } catch (error) {
      step.fail('failed')
      throw error
    }
  }
  const [{ config, outcomes }] = await Promise.all([
    bringUp({ ...checkout, progress }),
    during(
      'build',
      () => Promise.all([build(), buildBrokersPlugin()]),
      () => 'functions, layers and plugin are built',
    ),
  ])
  if (outcomes.some(({ server, kind }) => server.name === 'mysql' && kind === 'missing')) throw new NotReadyError()
  await prepare(outcomes, config, progress)
  await during(
    'migrate',
    () => migrate(config),
    ({ applied }) => applied.join(', ') || 'nothing to do',
  )
  await during(
    'seed',
    () => seed(config),
    ({ products }) => `${products} products`,
  )
  return {
    config,
    outcomes,
    environment: Object.assign({}, ...checkout.servers.map((server) => server.environment(config))),
  }
}

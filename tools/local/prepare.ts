import type { Config } from '@ecommerce/runtime/config'
import { declareKafkaTopics, declareRabbitmqTopology } from '../../infra/topology/declare-topology'
import { createDatabase } from './mysql-server'
import type { Progress } from './progress'
import type { Outcome, ServerName } from './server'

/**
 * Creates what the servers must contain: the database, the topics, the exchanges and queues.
 * @returns whether everything exists
 */
export async function prepare(outcomes: readonly Outcome[], config: Config, progress: Progress): Promise<boolean> {
  const results = await Promise.all(
    outcomes.map(async ({ server, kind }) => {
      if (kind === 'missing') return false
      try {
        await PREPARATIONS[server.name](config, (text) => progress.line(text))
        return true
      } catch (error) {
        progress.step(server.title).fail(error instanceof Error ? error.message : String(error))
        return false
      }
    }),
  )
  return results.every(Boolean)
}

const PREPARATIONS: Readonly<Record<ServerName, (config: Config, warn: (text: string) => void) => Promise<void>>> = {
  mysql: createDatabase,
  kafka: declareKafkaTopics,
  rabbitmq: declareRabbitmqTopology,
}

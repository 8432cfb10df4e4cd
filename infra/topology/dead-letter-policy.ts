import { requestManagement, VIRTUAL_HOST } from '@ecommerce/adapters/rabbitmq'
import type { Config } from '@ecommerce/runtime/config'

/**
 * By default, RabbitMQ dead-letters at most once: it drops an expired message when the dead letter queue is missing or
 * refuses it. With these settings, a quorum queue keeps the message until the dead letter queue has confirmed it.
 */
const AT_LEAST_ONCE = { 'dead-letter-strategy': 'at-least-once', overflow: 'reject-publish' } as const

const TIMEOUT_MS = 5_000

type PolicyConfig = Pick<Config, 'RABBITMQ_URL' | 'RABBITMQ_MANAGEMENT_PORT' | 'RABBITMQ_QUEUE'>

/** What the management interface reports about a queue. */
interface QueuePolicy {
  readonly policy?: string | null
  readonly effective_policy_definition?: Readonly<Record<string, unknown>> | null
}

/**
 * Makes the dead-lettering of the queue of orders safe, by a policy: unlike arguments, a policy also applies to a queue
 * that exists. A policy of an administrator stays as it is, because RabbitMQ applies only one policy to a queue.
 * @returns undefined, or what a person has to do
 */
export async function applyDeadLetterPolicy(config: PolicyConfig): Promise<string | undefined> {
  const name = policyName(config)
  const queue = await requestManagement(addressesOf(config), { path: ['queues', VIRTUAL_HOST, config.RABBITMQ_QUEUE] })
  if (!queue?.ok) return advice(config, `the management interface ${describe(queue)}`)
  const { policy, effective_policy_definition: effective } = (await queue.json()) as QueuePolicy
  if (Object.entries(AT_LEAST_ONCE).every(([key, value]) => effective?.[key] === value)) return undefined
  if (policy && policy !== name) {
    return `RabbitMQ: ${LOSS} Add ${JSON.stringify(AT_LEAST_ONCE)} to the policy ${policy}, which applies to the queue ${config.RABBITMQ_QUEUE}.`
  }
  const applied = await requestManagement(addressesOf(config), {
    method: 'PUT',
    path: ['policies', VIRTUAL_HOST, name],
    body: { pattern: patternOf(config), 'apply-to': 'queues', priority: 0, definition: AT_LEAST_ONCE },
  })
  return applied?.ok ? undefined : advice(config, `the management interface ${describe(applied)}`)
}

const LOSS = 'an order that expires while its dead letter queue is missing is lost.'

function advice(config: PolicyConfig, reason: string): string {
  const command = ['rabbitmqctl set_policy --apply-to queues', policyName(config), `'${patternOf(config)}'`]
  return `RabbitMQ: ${LOSS} The policy against it was not set: ${reason}. Set it with: ${command.join(' ')} '${JSON.stringify(AT_LEAST_ONCE)}'`
}

function describe(response: Response | undefined): string {
  return response === undefined ? 'does not respond' : `responds with ${response.status}`
}

function addressesOf(config: PolicyConfig) {
  return { urls: config.RABBITMQ_URL, managementPort: config.RABBITMQ_MANAGEMENT_PORT, timeoutMs: TIMEOUT_MS }
}

function policyName({ RABBITMQ_QUEUE }: PolicyConfig): string {
  return `${RABBITMQ_QUEUE}-dead-letters`
}

/** Names of queues contain no special characters but dots. */
function patternOf({ RABBITMQ_QUEUE }: PolicyConfig): string {
  return `^${RABBITMQ_QUEUE.replaceAll('.', '\\.')}$`
}

import { withinTime } from '@ecommerce/domain'
import type { Admin } from 'kafkajs'
import { type AdminOptions, createAdmin } from './create-admin'
import { rotate } from './rotate'
import { withAdmin } from './with-admin'

/**
 * Does a quick query with an admin client, and does it again beginning with the next broker of the list when it fails. A
 * frozen broker accepts the connection and never responds; kafkajs would stay with it. `timeoutMs` is the limit for all
 * tries together.
 */
export async function queryAnyBroker<Result>(
  options: AdminOptions,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const { brokers } = options
  const timeoutMs = Math.ceil(options.timeoutMs / brokers.length)
  for (let tried = 1; ; tried++) {
    const admin = createAdmin({ ...options, brokers: rotate(brokers, tried - 1) })
    try {
      return await withinTime(withAdmin(admin, work), timeoutMs, () => new Error(`no response within ${timeoutMs} ms`))
    } catch (error) {
      if (tried === brokers.length) throw error
    }
  }
}

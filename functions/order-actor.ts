import type { Actor } from '@ecommerce/domain'
import { AuthenticationRequiredError, type Caller, InsufficientScopeError } from '@ecommerce/runtime'

/** Who acts on orders: with the scope `orders:manage` for all users, otherwise only for the caller. */
export function actorOf(caller: Caller): Actor {
  if (caller.may('orders:manage')) return { userId: caller.userId }
  // Without a user id, `onlyFor` would permit everything.
  if (caller.userId === undefined) throw new AuthenticationRequiredError('orders:read')
  return { userId: caller.userId, onlyFor: caller.userId }
}

/** Returns who orders for the user. @throws {InsufficientScopeError} when the caller may not name the user */
export function actorFor(caller: Caller, userId: string | undefined): Actor {
  const actor = actorOf(caller)
  if (userId === undefined || actor.onlyFor === undefined || actor.onlyFor === userId) return actor
  throw new InsufficientScopeError('orders:manage', [{ pointer: '/user_id', detail: 'is not the user of the token' }])
}

import type { ServerName } from '../../tools/local/server'
import type { FaultServers } from '../servers/fault-servers'
import type { FaultShop } from '../shop/fault-shop'

/** What a fault can act on. */
export interface World {
  readonly servers: FaultServers
  readonly shop: FaultShop
}

export const TARGETS = ['mysql', 'kafka', 'rabbitmq', 'shop'] as const satisfies readonly (ServerName | 'shop')[]
export type Target = (typeof TARGETS)[number]

/** A deviation from the promises that the fault itself causes, whatever the shop does. */
export type Allowance =
  /** Requests fail for lack of a connection while the process of the shop does not run. */
  | 'no-connection'
  /** The fault destroys orders that were accepted and not consumed before it. */
  | 'destroys-orders'

/** A fault of one of the servers, or of the shop. `begin` and `end` are called once each, `end` also after an error. */
export interface Fault {
  /** For example `mysql:partition`. */
  readonly id: string
  readonly target: Target
  /** What happens, as a sentence without a subject, for the report. */
  readonly title: string
  /** How long the fault lasts, if it differs from the setting of the run. */
  readonly seconds?: number
  readonly allows?: readonly Allowance[]
  /** Why this fault cannot be tried here; undefined if it can. */
  readonly obstacle?: (world: World) => string | undefined
  begin(world: World): Promise<void>
  end(world: World): Promise<void>
}

/** A fault that knows what it acts on. */
export interface BoundFault extends Omit<Fault, 'obstacle' | 'begin' | 'end'> {
  readonly obstacle?: string
  /** The longest time without a success that this fault may cause in a channel; without a limit by default. */
  readonly gapLimitMs?: number
  begin(): Promise<void>
  end(): Promise<void>
}

export function bindFault(fault: Fault, world: World): BoundFault {
  const { obstacle: obstacleIn, ...rest } = fault
  const obstacle = obstacleIn?.(world)
  return {
    ...rest,
    ...(obstacle !== undefined && { obstacle }),
    begin: () => fault.begin(world),
    end: () => fault.end(world),
  }
}

/** The part of the shop that does not depend on the fault. */
export type RunningShop = Pick<FaultShop, 'url' | 'pid' | 'log' | 'kill' | 'startAgain'>

/** A shop on its servers, as a run of faults sees it. */
export interface FaultSystem {
  readonly shop: RunningShop
  /** Ends all faults that are still in effect, and starts servers that have ended. */
  restore(): Promise<void>
  /** Starts all servers again, whatever their state. */
  restart(): Promise<void>
}

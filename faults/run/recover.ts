import type { FaultSystem } from '../catalogue/fault'

/** Brings everything back: ends all faults of the servers, and restarts the shop. */
export async function recover(system: FaultSystem): Promise<void> {
  await system.restore()
  await system.shop.kill()
  await system.shop.startAgain()
}

/** The same, with a restart of all servers: for a shop that did not work after `recover`. */
export async function recoverByForce(system: FaultSystem): Promise<void> {
  await system.restart()
  await recover(system)
}

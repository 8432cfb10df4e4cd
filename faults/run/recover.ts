import type { World } from '../catalogue/fault'

/** Brings everything back by force: ends all faults of the servers, and restarts the shop. */
export async function recover({ servers, shop }: World): Promise<void> {
  await servers.restore()
  await shop.kill()
  await shop.startAgain()
}

/** The same, with a restart of all servers: for a shop that did not work after `recover`. */
export async function recoverByForce(world: World): Promise<void> {
  await world.servers.restart()
  await recover(world)
}

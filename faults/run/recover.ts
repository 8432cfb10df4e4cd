import type { World } from '../catalogue/fault'

/** Brings everything back by force: ends all faults of the servers, and restarts the shop. */
export async function recover({ servers, shop }: World): Promise<void> {
  await servers.restore()
  await shop.kill()
  await shop.startAgain()
}

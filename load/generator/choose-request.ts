import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator'
import type { RequestKind, Traffic } from '../load-plan'

/** A request that is chosen before its order is known: `pick`, from 0 to 1, later selects one of the known orders. */
export interface ChosenRequest {
  readonly kind: RequestKind
  readonly productId: number
  /** The number in the user's name. */
  readonly user: number
  readonly pick: number
}

/**
 * Independent streams of random numbers from one seed: stream 0 for arrivals, the others for requests. A stream has
 * 2^64 numbers before it overlaps the next.
 */
export function randomStream(seed: number, stream: number): JumpableRandomGenerator {
  const random = xoroshiro128plus(seed)
  for (let jumps = 0; jumps <= stream; jumps++) random.jump()
  return random
}

/** @returns a function that draws the next request. Every request uses as many numbers, whatever its kind. */
export function requestChooser(traffic: Traffic, random: JumpableRandomGenerator): () => ChosenRequest {
  const kind = weighted(traffic.kinds)
  const product = weighted(traffic.products)
  return () => ({
    kind: kind(uniformFloat64(random)).kind,
    productId: product(uniformFloat64(random)).id,
    user: Math.floor(uniformFloat64(random) * traffic.users),
    pick: uniformFloat64(random),
  })
}

/** @throws if no item has a weight above 0 */
function weighted<Item extends { readonly weight: number }>(items: readonly Item[]): (share: number) => Item {
  const choices = items.filter(({ weight }) => weight > 0)
  const total = choices.reduce((sum, { weight }) => sum + weight, 0)
  const last = choices.at(-1)
  if (last === undefined) throw new Error('there is nothing to choose from')
  return (share) => {
    let rest = share * total
    for (const item of choices) {
      rest -= item.weight
      if (rest < 0) return item
    }
    return last
  }
}

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator'
import type { RequestKind, Traffic } from '../load-plan'

/** Says what a request asks before it is known which orders there are: `pick`, 0 to 1, then chooses among them. */
export interface ChosenRequest {
  readonly kind: RequestKind
  readonly productId: number
  /** The number in the user's name. */
  readonly user: number
  readonly pick: number
}

/**
 * Independent streams of random numbers from one seed: number 0 for arrivals, the others for requests.
 * A stream is 2^64 numbers long before it runs into the next.
 */
export function randomStream(seed: number, stream: number): JumpableRandomGenerator {
  const random = xoroshiro128plus(seed)
  for (let jumps = 0; jumps <= stream; jumps++) random.jump()
  return random
}

/** @returns draws one request after another; as many numbers for each, so that the kinds do not shift the rest */
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

/** @throws when nothing has a weight above 0 */
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

import type { Config } from '@ecommerce/runtime/config'
import type { ServerPort } from '../server'

/** A port for each node: the configured ones, where there are as many, else the ports that follow the first one. */
export function consecutivePorts(key: keyof Config, configured: readonly number[], nodes: number): ServerPort[] {
  const [first = 0] = configured
  const ports = configured.length === nodes ? configured : Array.from({ length: nodes }, (_, index) => first + index)
  return ports.map((port) => ({ key, port }))
}

import type { Config } from '@ecommerce/runtime/config'
import type { ServerName } from '../local/server'
import type { ResetOptions } from './command-line'

/** Something that can be emptied while the shop runs. */
export interface Reset {
  readonly server: ServerName
  /** What is going to be lost, to be asked about: goes on after "This will". */
  plan(config: Config, options: ResetOptions): Promise<string>
  /** Does it, and says in one line what was done. Safe to repeat after a failure. */
  run(config: Config, options: ResetOptions): Promise<string>
}

export function counted(count: number, singular: string): string {
  return `${count.toLocaleString('en-US')} ${singular}${count === 1 ? '' : 's'}`
}

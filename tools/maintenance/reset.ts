import type { Config } from '@ecommerce/runtime/config'
import type { ServerName } from '../local/server'
import type { ResetOptions } from './command-line'

/** Something that can be emptied while the shop is running. */
export interface Reset {
  readonly server: ServerName
  /** Describes what will be deleted, for the confirmation. The text continues "This will". */
  plan(config: Config, options: ResetOptions): Promise<string>
  /** Resets, and describes in one line what was done. Safe to repeat after a failure. */
  run(config: Config, options: ResetOptions): Promise<string>
}

export function counted(count: number, singular: string): string {
  return `${count.toLocaleString('en-US')} ${singular}${count === 1 ? '' : 's'}`
}

import type { TimeLimits } from '@ecommerce/domain'
import { type About, assertMayRun, isOpen, readConfig, readHome } from '@ecommerce/runtime'

/** The configuration of this process. */
export const config = readConfig()

export const clock = () => new Date()

/** The times that consumers accept from other machines. */
export const timeLimits: TimeLimits = { clock, toleranceMs: config.CLOCK_TOLERANCE_MS }

/** Where this process runs. */
export const home = readHome()
assertMayRun(config, home)

/** Whether the shop accepts requests without tokens. */
export const access: About['access'] = isOpen(config) ? 'open' : 'protected'

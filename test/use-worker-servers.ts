import { inject } from 'vitest'

/** Runs before each test file: from here on this worker, and each process it starts, uses the servers of this worker. */
// biome-ignore lint/style/noProcessEnv: where the settings of a test worker come from
const environment = process.env
const settings = inject('workerEnvironments')[Number(environment.VITEST_POOL_ID) - 1]
if (settings === undefined) throw new Error(`test worker ${environment.VITEST_POOL_ID} has no servers`)
Object.assign(environment, settings)

import { join } from 'node:path'
import { anyFreePort } from '../tools/local/free-port'
import { ServerProcess } from './server-process'

const ROOT = join(import.meta.dirname, '..')

/** Fewer log lines, and no requests to other hosts. */
const QUIET = { SLS_LOG_LEVEL: 'warning', SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' }

interface OfflineService {
  /** The folder of `serverless.yml`. */
  readonly cwd: string
  readonly alivePath: string
  readonly environment?: Readonly<Record<string, string>>
}

/** The shop as `serverless offline start` runs it by itself: it builds the functions first. */
export const UNBUILT_SHOP: OfflineService = { cwd: ROOT, alivePath: '/health' }

/** The shop with the functions that were built for this test run. Functions at a named location are not built again. */
const BUILT_SHOP: OfflineService = { ...UNBUILT_SHOP, environment: { FUNCTIONS_LOCATION: ROOT } }

/**
 * The real `serverless offline start`.
 * @param environment settings that differ from those of this process
 * @param port the port of a server that has ended, to start in its place
 */
export async function startOfflineServer(
  environment: Readonly<Record<string, string>> = {},
  port?: number,
  service = BUILT_SHOP,
): Promise<ServerProcess> {
  const ownPort = port ?? (await anyFreePort())
  return ServerProcess.start({
    name: 'serverless offline',
    command: join(ROOT, 'node_modules', '.bin', 'serverless'),
    args: ['offline', 'start', '--httpPort', String(ownPort)],
    port: ownPort,
    cwd: service.cwd,
    alivePath: service.alivePath,
    environment: { ...QUIET, ...service.environment, ...environment },
  })
}

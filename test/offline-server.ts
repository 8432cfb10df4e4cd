import { join } from 'node:path'
import { anyFreePort } from '../tools/local/free-port'
import { ServerProcess } from './server-process'

const ROOT = join(import.meta.dirname, '..')

/** Fewer log lines, and no requests to other hosts. */
const QUIET = { SLS_LOG_LEVEL: 'warning', SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' }
/** A named location is not built at the start: the functions are built once per test run. */
const BUILT = { FUNCTIONS_LOCATION: ROOT }

export interface OfflineServerOptions {
  /** The port of a server that has ended, to start in its place. */
  readonly port?: number
  readonly service?: { readonly cwd: string; readonly alivePath: string }
  /** Builds the functions at the start, as `serverless offline start` does when it is run by itself. */
  readonly buildsFunctions?: boolean
}

/** The real `serverless offline start`. @param environment settings that differ from those of this process */
export async function startOfflineServer(
  environment: Readonly<Record<string, string>> = {},
  { port, service = { cwd: ROOT, alivePath: '/health' }, buildsFunctions = false }: OfflineServerOptions = {},
): Promise<ServerProcess> {
  const ownPort = port ?? (await anyFreePort())
  return ServerProcess.start({
    name: 'serverless offline',
    command: join(ROOT, 'node_modules', '.bin', 'serverless'),
    args: ['offline', 'start', '--httpPort', String(ownPort)],
    port: ownPort,
    environment: { ...QUIET, ...(buildsFunctions ? {} : BUILT), ...environment },
    ...service,
  })
}

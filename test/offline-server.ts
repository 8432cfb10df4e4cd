import { join } from 'node:path'
import { anyFreePort } from '../tools/local/free-port'
import { ServerProcess } from './server-process'

const ROOT = join(import.meta.dirname, '..')

/**
 * The real `serverless offline start`.
 * @param environment settings that differ from those of this process
 * @param port that of a server that is gone, to take its place
 */
export async function startOfflineServer(
  environment: Readonly<Record<string, string>> = {},
  port?: number,
  service = { cwd: ROOT, alivePath: '/health' },
): Promise<ServerProcess> {
  const ownPort = port ?? (await anyFreePort())
  const quiet = { SLS_LOG_LEVEL: 'warning', SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' }
  return ServerProcess.start({
    name: 'serverless offline',
    command: join(ROOT, 'node_modules', '.bin', 'serverless'),
    args: ['offline', 'start', '--httpPort', String(ownPort)],
    port: ownPort,
    environment: { ...quiet, ...environment },
    ...service,
  })
}

import { join } from 'node:path'
import { anyFreePort } from '../tools/local/free-port'
import { ServerProcess } from './server-process'

const ROOT = join(import.meta.dirname, '..')

export interface HostServerOptions {
  /** Arguments of the host, in addition to its port. */
  readonly args?: readonly string[]
  readonly alivePath?: string
  readonly port?: number
}

/** Starts the function host that was built last. @param environment settings that differ from those of this process */
export async function startHostServer(
  environment: Readonly<Record<string, string>> = {},
  { args = [], alivePath = '/health', port }: HostServerOptions = {},
): Promise<ServerProcess> {
  const ownPort = port ?? (await anyFreePort())
  return ServerProcess.start({
    name: 'the function host',
    command: process.execPath,
    args: [join(ROOT, 'dist', 'function-host'), '--port', String(ownPort), ...args],
    cwd: ROOT,
    port: ownPort,
    alivePath,
    environment,
  })
}

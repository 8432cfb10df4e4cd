import { readFileSync } from 'node:fs'
import { findProgram, isExecutable, mustRun } from '../../tools/local/run'
import type { FaultServers } from './fault-servers'

/** The wrapper of Debian changes the user, who cannot read our folders. */
const DEBIAN_PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmqctl'

/** Runs `rabbitmqctl` against the node of this run. */
export async function rabbitmqctl(servers: FaultServers, ...args: readonly string[]): Promise<void> {
  const program = isExecutable(DEBIAN_PROGRAM) ? DEBIAN_PROGRAM : findProgram('rabbitmqctl')
  if (program === undefined) throw new Error('no rabbitmqctl on this machine')
  const environment = environmentOf(await servers.pid('rabbitmq'))
  const env = {
    HOME: environment.HOME ?? '',
    ERL_EPMD_PORT: environment.ERL_EPMD_PORT ?? '',
    RABBITMQ_CONF_ENV_FILE: environment.RABBITMQ_CONF_ENV_FILE ?? '',
    RABBITMQ_USE_LONGNAME: 'true',
  }
  await mustRun(program, ['-n', `${servers.instance.tag}@127.0.0.1`, ...args], { env, timeoutMs: 30_000 })
}

/** The port of Erlang's port mapper and the cookie are only in the environment of the node. */
function environmentOf(pid: number): Readonly<Record<string, string>> {
  const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  )
}

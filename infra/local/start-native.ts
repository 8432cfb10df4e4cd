import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '@ecommerce/runtime/config'
import { canInstallPackages, installPackages } from './apt'
import type { Instance } from './instance'
import { lastLine } from './log-tail'
import { livingPid } from './native-process'
import type { Step } from './progress'
import type { NativeStart, Outcome, Server } from './server'

/** One run of the package manager for all servers. What it could not install shows again as missing packages. */
export async function installMissing(servers: readonly Server[], openStep: () => Step): Promise<void> {
  const packages = [...new Set(servers.flatMap((server) => server.missingPackages()))]
  if (packages.length === 0 || !canInstallPackages()) return
  const step = openStep()
  step.note(`installing ${packages.join(', ')} with apt-get`)
  try {
    await installPackages(packages, step.note)
    step.done(`installed ${packages.join(', ')}`)
  } catch (error) {
    step.fail(error instanceof Error ? error.message : String(error))
  }
}

/** Starts a server as a process of this machine and waits until it answers. */
export async function startNatively(server: Server, start: NativeStart): Promise<Outcome> {
  const packages = server.missingPackages()
  if (packages.length > 0) return { server, kind: 'missing', reason: howToProvide(server, packages) }
  try {
    await server.startNative(start)
    const version = await waitUntilReady(server, start.config, start.instance)
    return { server, kind: 'up', how: 'native', version }
  } catch (error) {
    return { server, kind: 'missing', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** @throws when the process ends or its time is over, with the last line of its log */
export async function waitUntilReady(server: Server, config: Config, instance: Instance): Promise<string> {
  const files = instance.files(server.name)
  const deadline = Date.now() + server.startTimeoutMs
  while (Date.now() < deadline) {
    const answer = await server.probe(config)
    if (answer.kind === 'ready') return answer.version
    if ((await livingPid(files)) === undefined) throw new Error(`ended while it started: ${lastLine(files.logFile)}`)
    await sleep(100)
  }
  throw new Error(`does not answer: ${lastLine(files.logFile)}`)
}

function howToProvide(server: Server, packages: readonly string[]): string {
  const apt = `sudo apt-get install ${packages.join(' ')}`
  return `no Docker engine answers, and ${packages.join(', ')} is missing. Start Docker, or: ${apt} (Debian, Ubuntu), ${server.installHint} (macOS)`
}

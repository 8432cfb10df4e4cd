import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '@ecommerce/runtime/config'
import { canInstallPackages, installPackages } from './apt'
import type { Instance } from './instance'
import { lastLine } from './log-tail'
import { livingPid } from './native-process'
import type { Step } from './progress'
import type { NativeStart, Outcome, Server } from './server'

/** Runs the package manager once for all servers. A package that it cannot install is still missing afterwards. */
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

/** Starts a server as a process on this machine and waits until it responds. */
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

/** @throws when a process ends or the timeout expires, with the last line of its log */
export async function waitUntilReady(server: Server, config: Config, instance: Instance): Promise<string> {
  const parts = server.parts(config)
  const endedPart = async () => {
    const pids = await Promise.all(parts.map(({ folder }) => livingPid(instance.files(folder))))
    return parts[pids.indexOf(undefined)]
  }
  const version = await waitForAnswer(server, config, async () => (await endedPart()) !== undefined)
  if (version !== undefined) return version
  const ended = await endedPart()
  if (ended !== undefined) {
    const name = parts.length > 1 ? `${ended.title} ` : ''
    throw new Error(`${name}ended while it started: ${lastLine(instance.files(ended.folder).logFile)}`)
  }
  throw new Error(`does not respond: ${lastLine(instance.files(parts[0]?.folder ?? server.name).logFile)}`)
}

/** The version as soon as the server responds; undefined when the timeout expires or waiting is pointless. */
export async function waitForAnswer(
  server: Server,
  config: Config,
  isPointless: () => Promise<boolean> = async () => false,
): Promise<string | undefined> {
  let version: string | undefined
  const hasResult = async () => {
    const result = await server.probe(config)
    if (result.kind === 'ready') version = result.version
    return version !== undefined || (await isPointless())
  }
  await waitUntil(hasResult, server.startTimeoutMs)
  return version
}

/** @returns false when the timeout expired before the condition was true */
export async function waitUntil(condition: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    if (await condition()) return true
    await sleep(100)
  }
  return false
}

function howToProvide(server: Server, packages: readonly string[]): string {
  const apt = `sudo apt-get install ${packages.join(' ')}`
  return `no Docker engine responds, and ${packages.join(', ')} is missing. Start Docker, or: ${apt} (Debian, Ubuntu), ${server.installHint} (macOS)`
}

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Config, ConfigError } from '@ecommerce/runtime/config'
import { MigrationError } from '../../infra/mysql/migrate'
import { build } from '../../packages/build/src/build.mjs'
import { readCheckout } from '../local/checkout'
import { PortTakenError } from '../local/choose-ports'
import { isPortFree } from '../local/free-port'
import { makeReady, NotReadyError } from '../local/make-ready'
import { createProgress } from '../local/progress'
import { InstanceError, InstanceGroup } from './instance-group'
import { InstancesFile } from './instances-file'

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'function-host', 'index.js')

const USAGE = `usage: npm run serve -- [--instances number] [--port number] [--service name] [--functions pattern,...]
                       [--no-servers]

--no-servers   the servers are up, migrated and filled: nothing is done about them`

/** Time for keep-alive connections to end by their own answers, where the settings have none. */
const LAME_DUCK_MS = '500'

/** A second signal within this time is the first, which a terminal and npm may both send. */
const SAME_SIGNAL_MS = 500

class UsageError extends Error {}

const progress = createProgress()

try {
  await serve()
} catch (error) {
  progress.close()
  if (isExpected(error)) console.error(error.message)
  else if (!(error instanceof NotReadyError)) throw error
  process.exit(1)
}

/** The servers, and the function host in as many processes as wanted. SIGHUP: build again, and restart one by one. */
async function serve(): Promise<void> {
  const { options, args } = readArguments()
  const checkout = readCheckout()
  const port = options.port ?? checkout.config.HTTP_PORT
  if (!(await isPortFree(port))) throw new PortTakenError('HTTP_PORT', port)
  const { config, environment } = options.servers
    ? await makeReady(checkout, progress)
    : await buildOnly(checkout.config)
  progress.close()
  const instancesFile = new InstancesFile(join(checkout.instance.folder, `instances-${port}.json`))
  process.once('exit', () => instancesFile.remove())
  const group = new InstanceGroup({
    program: PROGRAM,
    args: [...args, '--port', String(port), '--host', '127.0.0.1'],
    instances: options.instances,
    port,
    environment: { ...(config.LAME_DUCK_MS === 0 && { LAME_DUCK_MS }), ...environment },
    say: (line) => console.log(line),
    onOwnPorts: (ports) => instancesFile.write(ports),
  })
  endWith(group)
  await group.start()
  process.on('SIGHUP', () => void restart(group))
  console.log(`${options.instances} serving http://localhost:${port}; kill -HUP ${process.pid} restarts one by one`)
}

async function buildOnly(config: Config) {
  await build()
  return { config, environment: {} }
}

async function restart(group: InstanceGroup): Promise<void> {
  try {
    await build()
    await group.restart()
    console.log('restarted')
  } catch (error) {
    // What runs goes on as it is.
    console.error('not restarted:', error instanceof Error ? error.message : error)
  }
}

function endWith(group: InstanceGroup): void {
  let since: number | undefined
  const end = async (signal: NodeJS.Signals) => {
    if (since === undefined) {
      since = Date.now()
      progress.close()
      process.exit((await group.stop()) ? 0 : 1)
    }
    if (Date.now() - since > SAME_SIGNAL_MS) process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.on('SIGINT', end).on('SIGTERM', end)
  process.once('exit', () => group.kill())
}

function readArguments() {
  const { service, functions, ...values } = parseArguments()
  const instances = Number(values.instances)
  const port = values.port === undefined ? undefined : Number(values.port)
  if (!isWhole(instances, 1, 64)) throw new UsageError(USAGE)
  if (port !== undefined && !isWhole(port, 1, 65_535)) throw new UsageError(USAGE)
  return {
    options: { instances, port, servers: values.servers },
    args: [...(service ? ['--service', service] : []), ...(functions ? ['--functions', functions] : [])],
  }
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

function parseArguments() {
  try {
    return parseArgs({
      allowNegative: true,
      options: {
        instances: { type: 'string', default: '1' },
        port: { type: 'string' },
        service: { type: 'string' },
        functions: { type: 'string' },
        servers: { type: 'boolean', default: true },
      },
    }).values
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n${USAGE}`)
  }
}

function isExpected(error: unknown): error is Error {
  return [UsageError, ConfigError, PortTakenError, MigrationError, InstanceError].some((kind) => error instanceof kind)
}

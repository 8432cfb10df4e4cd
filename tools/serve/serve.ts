import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Config, ConfigError } from '@ecommerce/runtime/config'
import { LogOutput } from '@ecommerce/runtime/log-output'
import { MigrationError } from '../../infra/mysql/migrate'
import { build } from '../../packages/build/src/build.mjs'
import { stopOnSignal } from '../../packages/function-host/src/stop-on-signal'
import { readCheckout } from '../local/checkout'
import { PortTakenError } from '../local/choose-ports'
import { isPortFree } from '../local/free-port'
import { InstanceFileError } from '../local/instance-files'
import { makeReady, NotReadyError } from '../local/make-ready'
import { createProgress } from '../local/progress'
import { UsageError } from '../usage-error'
import { InstanceError, InstanceGroup } from './instance-group'
import { InstancesFile } from './instances-file'

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'function-host', 'index.js')

const USAGE = `npm run serve -- [--instances number] [--port number] [--service name] [--functions pattern,...]
                       [--no-servers]

--no-servers   the servers are already up, migrated and filled: serve starts and prepares nothing`

/** Time for clients to close their keep-alive connections, where the settings give none. */
const LAME_DUCK_MS = '500'

const progress = createProgress()

/** This process passes connections to the instances, so a paused terminal must not stop it. */
const output = new LogOutput()

try {
  await serve()
} catch (error) {
  progress.close()
  if (isExpected(error)) console.error(error.message)
  else if (!(error instanceof NotReadyError)) throw error
  process.exit(error instanceof UsageError ? 2 : 1)
}

/** Brings up the servers and the instances of the function host. SIGHUP builds again and restarts them one by one. */
async function serve(): Promise<void> {
  const { options, args } = readArguments()
  const checkout = readCheckout()
  const port = options.port ?? checkout.config.HTTP_PORT
  if (!(await isPortFree(port))) throw new PortTakenError('HTTP_PORT', port)
  const { config, environment } = options.servers
    ? await makeReady(checkout, progress, build)
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
    log: (line) => output.write(`${line}\n`),
    onOwnPorts: (ports) => instancesFile.write(ports),
  })
  stopWith(group)
  await group.start()
  process.on('SIGHUP', () => void restart(group))
  console.log(
    `${options.instances} instances serve http://localhost:${port}; kill -HUP ${process.pid} restarts them one by one`,
  )
}

async function buildOnly(config: Config) {
  await build()
  return { config, environment: {} }
}

async function restart(group: InstanceGroup): Promise<void> {
  try {
    await build()
    await group.restart()
    output.write('restarted\n')
  } catch (error) {
    // The running instances continue unchanged.
    console.error('not restarted:', error instanceof Error ? error.message : error)
  }
}

function stopWith(group: InstanceGroup): void {
  stopOnSignal(async () => {
    progress.close()
    return (await group.stop()) ? 0 : 1
  })
  process.once('exit', () => group.kill())
}

function readArguments() {
  const { service, functions, ...values } = parseArguments()
  const instances = Number(values.instances)
  const port = values.port === undefined ? undefined : Number(values.port)
  if (!isWhole(instances, 1, 64)) throw new UsageError('--instances is a number from 1 to 64', USAGE)
  if (port !== undefined && !isWhole(port, 1, 65_535)) {
    throw new UsageError('--port is a number from 1 to 65535', USAGE)
  }
  return {
    options: { instances, port, servers: values.servers },
    args: [...(service ? ['--service', service] : []), ...(functions ? ['--functions', functions] : [])],
  }
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max
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
    throw new UsageError(error instanceof Error ? error.message.replace(/\.$/, '') : String(error), USAGE)
  }
}

function isExpected(error: unknown): error is Error {
  const kinds = [UsageError, ConfigError, PortTakenError, MigrationError, InstanceError, InstanceFileError]
  return kinds.some((kind) => error instanceof kind)
}

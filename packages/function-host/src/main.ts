import cluster from 'node:cluster'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Config, ConfigError, createLogger, LogOutput, readConfig } from '@ecommerce/runtime'
import { assertMayServe, defaultAddress, isOpen, OPEN_SHOP_NOTICE, OpenShopError } from '@ecommerce/runtime/open-shop'
import { FunctionHost } from './function-host'
import { type Manifest, readManifest } from './manifest'
import { SelectionError, selectFunctions, serviceOf } from './select-functions'
import { stopOnSignal } from './stop-on-signal'

/** The build puts it into the folder above this file. */
const MANIFEST = join(import.meta.dirname, '..', 'manifest.json')

const USAGE = `usage: node dist/function-host [--service name] [--functions pattern,...] [--port number] [--host address]
                               [--manifest file]`

/** A port that is taken or invalid, and a mapping that the event sources refuse. */
const EXPECTED_CODES = ['EADDRINUSE', 'ERR_SOCKET_BAD_PORT', 'SERVERLESS_OFFLINE_BROKERS_REFUSED']

void main()

async function main(): Promise<void> {
  try {
    await serve()
  } catch (error) {
    if (!isExpected(error)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

async function serve(): Promise<void> {
  const options = readArguments()
  const config = readConfig()
  const address = options.host ?? defaultAddress(config)
  assertMayServe(config, address)
  const log = createLogger(config.LOG_LEVEL, new LogOutput())
  const manifest = await readManifest(options.manifest)
  const service = options.service ?? config.SERVICE
  const functions = selectFunctions(manifest, { service, functions: options.functions ?? config.FUNCTIONS })
  const host = await FunctionHost.create({ root: dirname(dirname(options.manifest)), manifest, functions, config, log })
  stopOnSignal(async () => {
    const isDrained = await host.stop()
    if (isDrained) log.info('drained and closed')
    return isDrained ? 0 : 1
  })
  if (cluster.isWorker) sendOwnPort(await host.listenAlone(address))
  const port = await host.start(options.port ?? portOf(manifest, service, config), address)
  const { mappings } = host
  log.info({ port, functions: Object.keys(functions), ...(mappings.length > 0 && { mappings }) }, 'serving')
  if (isOpen(config)) log.warn(OPEN_SHOP_NOTICE)
}

/** Sends the port of this instance alone to the process that manages the group, which shares one port. */
function sendOwnPort(ownPort: number): void {
  process.send?.({ ownPort })
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      service: { type: 'string' },
      functions: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      manifest: { type: 'string', default: MANIFEST },
    },
  })
  const port = values.port === undefined ? undefined : Number(values.port)
  const functions = values.functions?.split(',')
  return { service: values.service, functions, port, host: values.host, manifest: resolve(values.manifest) }
}

function portOf(manifest: Manifest, service: string | undefined, config: Config): number {
  if (service === undefined) return config.HTTP_PORT
  return Number(config[serviceOf(manifest, service).portSetting as keyof Config])
}

function isExpected(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if ([ConfigError, OpenShopError, SelectionError].some((kind) => error instanceof kind)) return true
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('ERR_PARSE_ARGS')) error.message += `\n${USAGE}`
  return code.startsWith('ERR_PARSE_ARGS') || EXPECTED_CODES.includes(code)
}

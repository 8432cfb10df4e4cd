import { type Config, ConfigError } from '@ecommerce/runtime/config'
import { build } from '../build/build.mjs'
import { buildBrokersPlugin } from '../build/build-brokers-plugin.mjs'
import { MigrationError, migrate } from '../mysql/migrate'
import { seed } from '../mysql/seed'
import { bringUp } from './bring-up'
import { type Checkout, readCheckout } from './checkout'
import { PortTakenError } from './choose-ports'
import { isPortFree } from './free-port'
import { prepare } from './prepare'
import { createProgress } from './progress'
import { ServerlessProcess } from './serverless-process'
import { SERVERS } from './servers'
import { welcome } from './welcome'

const SERVERLESS_TIMEOUT_MS = 60_000

/** A start that cannot go on, for a reason that was already shown. */
class StartError extends Error {}

const startedAt = Date.now()
const progress = createProgress()
let functions: ServerlessProcess | undefined
let isStopping = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())

try {
  process.exit(await start(readCheckout()))
} catch (error) {
  progress.close()
  if (isExpected(error)) console.error(error.message)
  else if (!(error instanceof StartError)) throw error
  process.exit(1)
}

/** Everything in order, then the functions until they end: returns their exit code. */
async function start(checkout: Checkout): Promise<number> {
  await assertHttpPortFree(checkout.config)
  const [{ config, outcomes }] = await Promise.all([
    bringUp({ ...checkout, servers: SERVERS, progress }),
    during('build', buildAll, () => 'functions, layers and plugin are built'),
  ])
  if (outcomes.some(({ server, kind }) => server.name === 'mysql' && kind === 'missing')) throw new StartError()
  await prepare(outcomes, config, progress)
  await during(
    'migrate',
    () => migrate(config),
    ({ applied }) => applied.join(', ') || 'nothing to do',
  )
  await during(
    'seed',
    () => seed(config),
    ({ products }) => `${products} products`,
  )
  const environment = Object.assign({}, ...SERVERS.map((server) => server.environment(config)))
  const step = progress.step('functions')
  step.note('starting serverless offline')
  functions = new ServerlessProcess(config.HTTP_PORT, environment)
  const url = `http://localhost:${config.HTTP_PORT}`
  if (await functions.answersWithin(`${url}/health`, SERVERLESS_TIMEOUT_MS)) {
    step.done(`serve ${url}`)
    functions.show(false)
    console.log(welcome({ config, outcomes, url, seconds: (Date.now() - startedAt) / 1_000 }))
  } else if (!isStopping) {
    step.fail('serverless offline does not answer; this is what it printed:')
    functions.show(true)
    await functions.stop()
  }
  const code = await functions.ended
  if (isStopping) return new Promise(() => {})
  console.error(`serverless offline ended by itself with code ${code}`)
  return code === 0 ? 1 : code
}

/** Ctrl-C: the functions end, the servers stay. The first signal is enough; npm and the terminal may both send one. */
async function stop(): Promise<void> {
  if (isStopping) return
  isStopping = true
  progress.close()
  await functions?.stop()
  console.log('\nstopped; the servers stay up. To stop them: npm run infra -- down')
  process.exit(0)
}

async function buildAll(): Promise<void> {
  await Promise.all([build(), buildBrokersPlugin()])
}

async function assertHttpPortFree({ HTTP_PORT }: Config): Promise<void> {
  if (!(await isPortFree(HTTP_PORT))) throw new PortTakenError('HTTP_PORT', HTTP_PORT)
}

async function during<T>(name: string, work: () => Promise<T>, describe: (result: T) => string): Promise<T> {
  const step = progress.step(name)
  try {
    const result = await work()
    step.done(describe(result))
    return result
  } catch (error) {
    step.fail('failed')
    throw error
  }
}

function isExpected(error: unknown): error is Error {
  return error instanceof ConfigError || error instanceof PortTakenError || error instanceof MigrationError
}

import { type Config, ConfigError } from '@ecommerce/runtime/config'
import { MigrationError } from '../../infra/mysql/migrate'
import { type Checkout, readCheckout } from './checkout'
import { PortTakenError } from './choose-ports'
import { isPortFree } from './free-port'
import { makeReady, NotReadyError } from './make-ready'
import { createProgress } from './progress'
import { ServerlessProcess } from './serverless-process'
import { welcome } from './welcome'

const SERVERLESS_TIMEOUT_MS = 60_000

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
  else if (!(error instanceof NotReadyError)) throw error
  process.exit(1)
}

/** Everything in order, then the functions until they end: returns their exit code. */
async function start(checkout: Checkout): Promise<number> {
  await assertHttpPortFree(checkout.config)
  const { config, outcomes, environment } = await makeReady(checkout, progress)
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

async function assertHttpPortFree({ HTTP_PORT }: Config): Promise<void> {
  if (!(await isPortFree(HTTP_PORT))) throw new PortTakenError('HTTP_PORT', HTTP_PORT)
}

function isExpected(error: unknown): error is Error {
  return error instanceof ConfigError || error instanceof PortTakenError || error instanceof MigrationError
}

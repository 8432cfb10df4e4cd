import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { parse } from 'yaml'
import { childEnvironment } from '../tools/local/run'
import type { Finding } from './statistics'

const ROOT = join(import.meta.dirname, '..')
const PACKAGE_WITHIN_MS = 300_000

/** The functions, with the longest time that their import may take. */
const FUNCTIONS: readonly { readonly file: string; readonly atMost?: number }[] = [
  { file: 'orders/create-order-sync', atMost: 100 },
  { file: 'operations/get-health' },
  { file: 'orders/create-order-kafka' },
  { file: 'orders/on-order-placed-kafka' },
]

const IMPORT = `
  const startedAt = performance.now()
  require(process.argv[1])
  process.stdout.write(String(performance.now() - startedAt), () => process.exit(0))`

const execute = promisify(execFile)

/**
 * Measures how long a new process takes to import a function, without the start of Node itself. The archives are unpacked
 * as Lambda lays them out: functions in one folder, all layers in another, which NODE_PATH names. Each import has a process
 * of its own, and the functions take turns, so that a busy moment of the machine meets all of them.
 */
export async function benchColdStart(repetitions: number): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ecommerce-cold-start-'))
  try {
    await unpackService(folder)
    const environment = await lambdaEnvironment(folder)
    const samples = FUNCTIONS.map((): number[] => [])
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const [index, { file }] of FUNCTIONS.entries()) {
        samples[index]?.push(await importMs(join(folder, 'task', 'dist', 'functions', file), environment))
      }
    }
    return FUNCTIONS.map(({ file, ...goal }, index) => ({
      name: `import of ${file}`,
      samples: samples[index] ?? [],
      unit: 'ms',
      ...goal,
    }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function importMs(handler: string, env: NodeJS.ProcessEnv): Promise<number> {
  const args = ['--input-type=commonjs', '--eval', IMPORT, handler]
  const { stdout } = await execute(process.execPath, args, { cwd: dirname(handler), env })
  return Number(stdout)
}

/** The environment of `infra/aws`, with values in place of the references that CloudFormation resolves. */
async function lambdaEnvironment(folder: string): Promise<NodeJS.ProcessEnv> {
  const text = await readFile(join(ROOT, 'infra', 'aws', 'environment-aws.yml'), 'utf8')
  const settings: Record<string, string> = parse(text)
  return {
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => !value.includes('{{resolve:'))),
    MYSQL_PASSWORD: 'not-the-published-one',
    ORDER_ID_SECRET: 'not-the-published-secret',
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1',
    NODE_PATH: join(folder, 'opt', 'nodejs', 'node_modules'),
    PATH: childEnvironment().PATH,
  }
}

async function unpackService(folder: string): Promise<void> {
  const target = join(folder, 'package')
  await execute('npx', ['serverless', 'package', '--stage', 'production', '--package', target], {
    cwd: ROOT,
    env: { ...childEnvironment(), AWS_EC2_METADATA_DISABLED: 'true', SLS_TELEMETRY_DISABLED: '1' },
    timeout: PACKAGE_WITHIN_MS,
  })
  const archives = (await readdir(target)).filter((name) => name.endsWith('.zip') && name !== 'get-docs.zip')
  for (const archive of archives) {
    const place = join(folder, archive === 'ecommerce.zip' ? 'task' : 'opt')
    for (const [name, content] of Object.entries(unzipSync(await readFile(join(target, archive))))) {
      if (name.endsWith('/')) continue
      await mkdir(dirname(join(place, name)), { recursive: true })
      await writeFile(join(place, name), content)
    }
  }
}

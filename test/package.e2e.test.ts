import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API_ROUTES } from '../functions/api'
import { childEnvironment } from '../tools/local/run'
import { TraceCollector } from './trace-collector'

const ROOT = join(import.meta.dirname, '..')
const LAYERS = ['domain', 'adapters', 'runtime']
const TIMEOUT_MS = 100_000
/** What Lambda and `infra/aws/environment-aws.yml` set, as far as it decides what is loaded. */
const ON_LAMBDA = { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1', OUTBOX_RELAY_AFTER_COMMIT: 'false', ALLOW_OPEN_SHOP: 'true' }

const execute = promisify(execFile)

let folder: string
/** The files of each zip by its name: the content of each file by its path. */
let zips: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecommerce-package-'))
  const home = join(folder, 'home')
  await mkdir(home)
  const program = join(ROOT, 'node_modules', '.bin', 'serverless')
  const target = join(folder, 'package')
  await execute(program, ['package', '--stage', 'production', '--package', target], {
    cwd: ROOT,
    env: {
      ...withoutAws(childEnvironment()),
      HOME: home,
      // Compiling the schema of `serverless.yml` takes seconds.
      SLS_SCHEMA_CACHE_BASE_DIR: homedir(),
      AWS_EC2_METADATA_DISABLED: 'true',
      SLS_TELEMETRY_DISABLED: '1',
    },
    timeout: TIMEOUT_MS,
  })
  const names = (await readdir(target)).filter((name) => name.endsWith('.zip'))
  zips = new Map(
    await Promise.all(
      names.map(async (name) => {
        const files = unzipSync(await readFile(join(target, name)))
        return [name, new Map(Object.entries(files))] as const
      }),
    ),
  )
}, TIMEOUT_MS)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('serverless package, without an AWS account', () => {
  it('creates one package of the functions, one of the docs page, and one of each layer', () => {
    expect([...zips.keys()].sort()).toEqual(
      ['ecommerce.zip', 'get-docs.zip', ...LAYERS.map((layer) => `${layer}.zip`)].sort(),
    )
  })

  it('declares the authorizer for tokens on every route that is not public', async () => {
    const file = join(folder, 'package', 'cloudformation-template-update-stack.json')
    const { Resources }: { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> } =
      JSON.parse(await readFile(file, 'utf8'))
    const routes = Object.values(Resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    const declared = routes.map(({ Properties }) => `${Properties.RouteKey} ${Properties.AuthorizationType ?? 'NONE'}`)
    const expected = API_ROUTES.map(
      ({ method, path, access }) => `${method} ${path} ${access === 'public' ? 'NONE' : 'JWT'}`,
    )

    expect(declared.sort()).toEqual([...expected, '$default NONE'].sort())
  })

  it('puts only the built functions into the package of the functions', () => {
    const files = [...filesOf('ecommerce.zip').keys()]

    expect(files).toContain('dist/functions/composition/orders.js')
    expect(files).toContain('dist/functions/orders/create-order-sync.js')
    expect(files.filter((file) => !file.startsWith('dist/functions/'))).toEqual([])
    expect(files.filter((file) => /\.env|\.local|node_modules|\.test\./.test(file))).toEqual([])
  })

  it('leaves the code of the layers out of the functions, which require it by name', () => {
    for (const [name, content] of filesOf('ecommerce.zip')) {
      if (!name.endsWith('.js')) continue
      const source = Buffer.from(content).toString()
      expect(source, name).not.toMatch(/mysql2|middy|class GroupCommit\b/)
      expect(content.length, name).toBeLessThan(50_000)
    }
    const composition = [...filesOf('ecommerce.zip')].filter(([name]) => /\/composition\/.*\.js$/.test(name))
    const source = composition.map(([, content]) => Buffer.from(content).toString()).join('\n')
    for (const layer of LAYERS) expect(source).toContain(`require("@ecommerce/${layer}`)
  })

  it.each(LAYERS)('puts the %s layer where Lambda looks for modules', (layer) => {
    const files = [...filesOf(`${layer}.zip`).keys()]
    const place = `nodejs/node_modules/@ecommerce/${layer}/`

    expect(files).toContain(`${place}package.json`)
    expect(files.some((file) => file.endsWith('.js'))).toBe(true)
    expect(files.filter((file) => !file.startsWith(place))).toEqual([])
  })

  it('creates handlers that run with the unpacked layers', async () => {
    const [opt, task] = [join(folder, 'opt'), join(folder, 'task')]
    for (const layer of LAYERS) await unpack(filesOf(`${layer}.zip`), opt)
    await unpack(filesOf('ecommerce.zip'), task)

    for (const [file, event, status] of [
      ['operations/get-health', httpEvent('GET', '/health'), 200],
      ['operations/get-status', httpEvent('GET', '/status'), 200],
      ['operations/get-open-api', httpEvent('GET', '/openapi.json'), 200],
      ['operations/answer-unrouted', httpEvent('GET', '/nothing'), 404],
    ] as const) {
      const response = await invoke(join(task, 'dist', 'functions', file), event, join(opt, 'nodejs', 'node_modules'))
      expect(response).toMatchObject({ statusCode: status, headers: { 'x-request-id': 'request-1' } })
    }
  })

  it.each([
    { file: 'operations/get-health', clients: [] },
    { file: 'operations/get-open-api', clients: [] },
    { file: 'products/list-products', clients: ['mysql'] },
    { file: 'orders/create-order-sync', clients: ['mysql'] },
    { file: 'orders/on-order-placed-kafka', clients: ['mysql'] },
    { file: 'orders/create-order-kafka', clients: ['kafka', 'mysql'] },
    { file: 'orders/create-order-rabbitmq', clients: ['mysql', 'rabbitmq'] },
  ])('loads only the clients $clients for $file', async ({ file, clients }) => {
    const [opt, task] = [join(folder, 'opt-clients'), join(folder, 'task-clients')]
    for (const layer of LAYERS) await unpack(filesOf(`${layer}.zip`), opt)
    await unpack(filesOf('ecommerce.zip'), task)
    const script = `
      require(${JSON.stringify(join(task, 'dist', 'functions', file))})
      process.stdout.write(JSON.stringify(Object.keys(require.cache)), () => process.exit(0))`

    const loaded = (await run(script, join(opt, 'nodejs', 'node_modules'), ON_LAMBDA)) as string[]

    const adapters = loaded.flatMap((path) => /@ecommerce\/adapters\/(\w+)\.js$/.exec(path)?.[1] ?? [])
    expect(adapters.sort()).toEqual(clients)
    expect(loaded.filter((path) => /open-telemetry|prometheus/.test(path))).toEqual([])
  })

  it('creates handlers that export the spans of an invocation before they return, because Lambda may freeze them', async () => {
    const [opt, task] = [join(folder, 'opt-traced'), join(folder, 'task-traced')]
    for (const layer of LAYERS) await unpack(filesOf(`${layer}.zip`), opt)
    await unpack(filesOf('ecommerce.zip'), task)
    const collector = await TraceCollector.start()
    const handler = join(task, 'dist', 'functions', 'orders', 'get-order')
    const onLambda = { ...ON_LAMBDA, METRICS: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }

    await invoke(handler, httpEvent('GET', '/orders/none'), join(opt, 'nodejs', 'node_modules'), onLambda)

    expect(collector.spans).toMatchObject([{ name: 'GET /orders/{id}', attributes: { 'url.path': '/orders/none' } }])
    await collector.close()
  })

  it('creates a package of the docs page that runs by itself', async () => {
    const [opt, task] = [join(folder, 'opt-docs'), join(folder, 'task-docs')]
    for (const layer of LAYERS) await unpack(filesOf(`${layer}.zip`), opt)
    await unpack(filesOf('get-docs.zip'), task)

    const handler = join(task, 'dist', 'functions', 'operations', 'get-docs')
    const response = await invoke(handler, httpEvent('GET', '/docs'), join(opt, 'nodejs', 'node_modules'))

    expect(response).toMatchObject({ statusCode: 200, body: expect.stringMatching(/^<!doctype html>/) })
  })
})

function filesOf(zip: string): ReadonlyMap<string, Uint8Array> {
  const files = zips.get(zip)
  if (!files) throw new Error(`there is no ${zip}, only ${[...zips.keys()].join(', ')}`)
  return new Map([...files].filter(([name]) => !name.endsWith('/')))
}

async function unpack(files: ReadonlyMap<string, Uint8Array>, target: string): Promise<void> {
  for (const [name, content] of files) {
    const path = join(target, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
}

/** Calls a handler as Lambda does. */
function invoke(handler: string, event: object, nodePath: string, settings: object = {}): Promise<unknown> {
  const script = `
    const { handler } = require(${JSON.stringify(handler)})
    handler(${JSON.stringify(event)}, { awsRequestId: 'request-1' })
      .then((answer) => process.stdout.write(JSON.stringify(answer), () => process.exit(0)))`
  return run(script, nodePath, settings)
}

/** Runs a script in its own process, which finds the layers by NODE_PATH. The script writes JSON. */
async function run(script: string, nodePath: string, settings: object): Promise<unknown> {
  const { stdout } = await execute(process.execPath, ['--input-type=commonjs', '--eval', script], {
    cwd: folder,
    // The variables that Lambda would set. Of this process only PATH.
    env: {
      PATH: childEnvironment().PATH,
      NODE_PATH: nodePath,
      NODE_ENV: 'production',
      LOG_LEVEL: 'silent',
      MYSQL_USER: 'shop',
      MYSQL_PASSWORD: 'not-the-published-one',
      RABBITMQ_URL: 'amqp://shop:not-the-published-one@127.0.0.1:5672/',
      ORDER_ID_SECRET: 'not-the-published-secret',
      ...settings,
    },
    timeout: TIMEOUT_MS,
    maxBuffer: 16_000_000,
  })
  return JSON.parse(stdout)
}

/** An event of API Gateway's HTTP API, payload 2.0, with the members of a request without parameters. */
function httpEvent(method: string, path: string): object {
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'shop.example' },
    requestContext: { http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' } },
    isBase64Encoded: false,
  }
}

function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_')))
}

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const ROOT = join(import.meta.dirname, '..', '..')
const BASE = 'docker-compose.yml'
const DOCKERFILE = readFileSync(join(ROOT, 'infra/function-host/Dockerfile'), 'utf8')
const OVERLAYS = ['kafka-cluster', 'zookeeper', 'monitoring', 'mysql-cluster', 'rabbitmq-cluster', 'secrets'].map(
  (name) => `infra/compose/${name}.yml`,
)

interface Service {
  readonly image?: string
  readonly build?: object
  readonly pull_policy?: string
  readonly ports?: readonly string[]
  readonly networks?: readonly string[]
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly healthcheck?: { readonly test?: readonly string[] }
  readonly command?: unknown
  readonly profiles?: readonly string[]
  readonly restart?: string
  readonly mem_limit?: string
  readonly pids_limit?: number
  readonly deploy?: { readonly replicas?: string }
  readonly stop_grace_period?: string
  readonly environment?: Readonly<Record<string, unknown>>
}

function servicesOf(file: string): [name: string, service: Service][] {
  const { services } = parse(readFileSync(join(ROOT, file), 'utf8'), { merge: true }) as {
    services: Record<string, Service>
  }
  return Object.entries(services)
}

const files = [BASE, ...OVERLAYS]

describe.each(files)('%s', (file) => {
  const services = servicesOf(file)
  const ports = services.flatMap(([, service]) => service.ports ?? [])

  it('pins the versions of its images', () => {
    const images = services.flatMap(([, { image }]) =>
      image === undefined || image.endsWith('-functions') ? [] : [image],
    )
    for (const image of images) expect(image).toMatch(/^[\w/-]+:v?\d+\.\d+[\w.-]*$/)
  })

  it('publishes its ports on loopback by default', () => {
    for (const port of ports) expect(port).toMatch(/^(127\.0\.0\.1|\$\{EDGE_ADDRESS:-127\.0\.0\.1\}):/)
  })

  it('keeps brokers and database out of the edge network', () => {
    for (const [name, { networks = [] }] of services) {
      if (/^(mysql|kafka|rabbitmq|zookeeper)/.test(name)) expect(networks, name).not.toContain('edge')
    }
  })
})

it('runs functions without privileges, on a read-only file system', () => {
  const functions = servicesOf(BASE).filter(([, { image }]) => image?.endsWith('-functions'))

  expect(functions.map(([name]) => name)).toEqual(['setup', 'product', 'order'])
  for (const [, service] of functions) expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
  expect(DOCKERFILE).toMatch(/^USER node$/m)
})

it('runs an image that refuses published secrets, except on loopback', () => {
  const compose = readFileSync(join(ROOT, BASE), 'utf8')

  expect(DOCKERFILE.split(/^FROM /m).at(-1)).toMatch(/^ENV NODE_ENV=production$/m)
  // The address of the published ports and the one that the services check are the same variable.
  expect(compose).toMatch(/^ {2}EDGE_ADDRESS: \$\{EDGE_ADDRESS:-127\.0\.0\.1\}$/m)
})

it('builds one image for all functions', () => {
  const functions = servicesOf(BASE).filter(([, { image }]) => image?.endsWith('-functions'))

  // The service that all others depend on builds the image. The others never pull it from a registry.
  expect(functions.filter(([, { build }]) => build !== undefined).map(([name]) => name)).toEqual(['setup'])
  for (const [name, { pull_policy }] of functions) expect(pull_policy, name).toBe('never')
})

it('builds and runs the functions on the same, supported Node version', () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { engines: { node: string } }
  const majors = [...engines.node.matchAll(/(?:\^|>=)(\d+)/g)].map(([, major]) => major)
  const bases = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image)

  expect(bases.length).toBe(2)
  expect(new Set(bases).size).toBe(1)
  expect(majors).toContain(/^node:(\d+)-slim$/.exec(bases[0] ?? '')?.[1])
})

it('checks a running server without starting a program', () => {
  const checks = [BASE, 'infra/compose/kafka-cluster.yml', 'infra/compose/rabbitmq-cluster.yml']
    .flatMap(servicesOf)
    .filter(([name, { healthcheck }]) => /^(kafka|rabbitmq)/.test(name) && healthcheck !== undefined)
    .map(([name, { healthcheck }]) => [name, healthcheck?.test?.join(' ') ?? ''] as const)
  expect(checks.length).toBe(8)

  for (const [name, check] of checks) {
    expect(check, name).toContain('/dev/tcp/')
    expect(check, name).not.toMatch(/rabbitmq-diagnostics/)
    if (check.includes('kafka-topics.sh')) expect(check, name).toMatch(/^CMD bash -c \[ -e \/dev\/shm\/up \] \|\|/)
  }
})

it('checks the health of every server', () => {
  const servers = files
    .flatMap(servicesOf)
    // An overlay that changes a server keeps its health check. The functions have theirs in the Dockerfile.
    .filter(([, { image, command }]) => image !== undefined && !image.endsWith('-functions') && !isChange(command))

  expect(servers.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      ...['mysql', 'kafka', 'rabbitmq', 'balancer', 'kafka-3', 'mysql-3', 'mysql-group', 'rabbitmq-3'],
      ...['zookeeper', 'prometheus', 'grafana'],
    ]),
  )
  for (const [name, { healthcheck }] of servers) expect(healthcheck, name).toBeDefined()
})

function isChange(command: unknown): boolean {
  return Array.isArray(command) && command[0] === '/opt/kafka/bin/kafka-server-start.sh'
}

it('needs no profile: `docker compose up -d --scale order=3` starts the whole shop', () => {
  for (const [name, { profiles }] of files.flatMap(servicesOf)) expect(profiles, name).toBeUndefined()
})

it('keeps the number of instances at the next `up`', () => {
  const services = Object.fromEntries(servicesOf(BASE))

  expect(services.order?.deploy?.replicas).toMatch(/^\$\{ORDER_INSTANCES:-\d+\}$/)
  expect(services.product?.deploy?.replicas).toMatch(/^\$\{PRODUCT_INSTANCES:-\d+\}$/)
})

it('limits memory and processes of everything that runs, and starts it again when it dies', () => {
  const started = [BASE, ...['kafka', 'mysql', 'rabbitmq'].map((name) => `infra/compose/${name}-cluster.yml`)]
    .flatMap(servicesOf)
    .filter(([, { image }]) => image !== undefined)
  expect(started.length).toBeGreaterThan(15)

  for (const [name, service] of started) {
    expect(service.mem_limit, name).toMatch(/^\d+[mg]$/)
    expect(service.pids_limit, name).toBeGreaterThan(0)
    if (name !== 'setup') expect(service.restart, name).toBe('unless-stopped')
    if (/^(mysql|kafka|rabbitmq)(-\d)?$/.test(name)) expect(service.stop_grace_period, name).toBe('60s')
  }
})

it.each([
  ['mysql', 'MYSQL_HOST', 'mysql,mysql-2,mysql-3'],
  ['kafka', 'KAFKA_BROKERS', 'kafka:29092,kafka-2:29092,kafka-3:29092'],
])('lists the nodes of the cluster of %s in %s', (cluster, variable, list) => {
  const services = Object.fromEntries(servicesOf(`infra/compose/${cluster}-cluster.yml`))

  for (const name of ['setup', 'product', 'order']) expect(services[name]?.environment?.[variable], name).toBe(list)
})

it('lists the nodes of the cluster of RabbitMQ, with the account in each URL', () => {
  const { order, setup } = Object.fromEntries(servicesOf('infra/compose/rabbitmq-cluster.yml'))
  const urls = String(order?.environment?.RABBITMQ_URL).split(',')

  expect(urls.map((url) => /@([^:]+):5672\//.exec(url)?.[1])).toEqual(['rabbitmq', 'rabbitmq-2', 'rabbitmq-3'])
  expect(new Set(urls.map((url) => url.replace(/@[^:]+:/, '@'))).size).toBe(1)
  expect(setup?.environment).toEqual(order?.environment)
})

it('labels the image as OCI describes', () => {
  for (const label of ['title', 'description', 'licenses', 'revision', 'base.name']) {
    expect(DOCKERFILE).toContain(`org.opencontainers.image.${label}=`)
  }
  expect(DOCKERFILE).toMatch(/org\.opencontainers\.image\.base\.name="docker\.io\/library\/node:22-slim"/)
})

it('uses only documented variables', () => {
  const example = readFileSync(join(ROOT, '.env.example'), 'utf8')
  const [, settings = ''] =
    /\n## Settings\n([\s\S]*?)\n## /.exec(readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')) ?? []
  const names = files.flatMap((file) => [
    ...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?<!\$)\$\{([A-Z_0-9]+)/g),
  ])
  expect(names.length).toBeGreaterThan(10)

  for (const [, name = ''] of names) {
    expect(new RegExp(`^${name}=`, 'm').test(example) || settings.includes(`\`${name}\``), name).toBe(true)
  }
})

const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0

describe.runIf(hasCompose)('docker compose (where it is installed)', () => {
  it.each([
    [],
    ...OVERLAYS.map((overlay) => [overlay]),
    [OVERLAYS[0] ?? '', OVERLAYS[2] ?? ''],
    ['mysql', 'rabbitmq', 'kafka'].map((name) => `infra/compose/${name}-cluster.yml`),
  ])('accepts docker-compose.yml with %s %s %s', (...overlays) => {
    const args = [BASE, ...overlays.filter((file) => file !== undefined)].flatMap((file) => ['--file', file])
    const { status, stderr } = spawnSync('docker', ['compose', ...args, 'config', '--quiet'], {
      cwd: ROOT,
    })

    expect(status, String(stderr)).toBe(0)
  })
})

describe('the image', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { workspaces: string[] }
  const folders = manifest.workspaces.map((pattern) => pattern.replace(/\/\*$/, ''))

  it('gets the package.json of every workspace before `npm ci`', () => {
    const workspaces = folders
      .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}/package.json`))
      .filter((file) => existsSync(join(ROOT, file)))
    const copied = [...DOCKERFILE.matchAll(/^COPY (\S+\/package\.json) (\S+)\/$/gm)].map(([, from]) => from)

    expect(copied.sort()).toEqual(workspaces.sort())
  })

  it('gets every folder that has a workspace or declarations', () => {
    const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n')

    for (const folder of ['functions', 'infra', ...folders]) expect(ignored).toContain(`!${folder}`)
  })
})

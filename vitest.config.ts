import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.mjs'

/**
 * Test workers of the projects with servers. Each has its own MySQL, Kafka and RabbitMQ: see docs/testing.md. Three workers
 * keep two cores busy, because many tests wait for a broker, a browser or a schedule.
 */
// biome-ignore lint/style/noProcessEnv: a setting of the test run, not of the project
const WORKERS_WITH_SERVERS = Number(process.env.TEST_WORKERS ?? 2)

const withServers = {
  globalSetup: 'test/servers.ts',
  setupFiles: ['test/use-worker-servers.ts'],
  // The files of a worker share its process, so that they load the modules once.
  isolate: false,
  restoreMocks: true,
  unstubEnvs: true,
  unstubGlobals: true,
  testTimeout: 60_000,
  hookTimeout: 120_000,
}

const inParallel = (groupOrder: number) => ({ maxWorkers: WORKERS_WITH_SERVERS, sequence: { groupOrder } })

const INTEGRATION = '{functions,layers,packages,tools,infra,load}/**/*.int.test.ts'

/** Tests that keep two cores busy and limit the response time of the shop at the same time: they run alone. */
const FULL_LOAD = ['test/faults.e2e.test.ts', 'test/fault-matrix.e2e.test.ts', 'test/three-instances.e2e.test.ts']

/** Tests of what seldom changes: the plugin in other services, packed files, the start of local servers; and generated requests. */
const GUARDS = [
  'packages/serverless-offline-brokers/src/framework.int.test.ts',
  'packages/serverless-offline-brokers/src/package.int.test.ts',
  'tools/local/foreign-servers.int.test.ts',
  'tools/local/test-servers.int.test.ts',
  'test/fuzz.e2e.test.ts',
  'test/package.e2e.test.ts',
]

/** End-to-end tests of a shop that runs in one home: `npm run test:guards` repeats them in the other home. */
const SHOP_IN_ONE_HOME = [
  'async-orders',
  'bad-input',
  'broker-absent',
  'dead-letters',
  'home-page',
  'idempotency',
  'load',
  'maintenance',
  'metrics',
  'operations',
  'orders',
  'outage',
  'outbox',
  'pages',
  'products',
  'race',
  'readme',
  'status-page',
  'tracing',
].map((name) => `test/${name}.e2e.test.ts`)

/** Unit tests share a few threads: most of the time of a fork per file was spent on starting it. */
const unit = {
  pool: 'threads',
  isolate: false,
  // A file must not see the changes of another file.
  restoreMocks: true,
  unstubEnvs: true,
  unstubGlobals: true,
  testTimeout: 20_000,
} as const

/** Unit tests that compare real durations: they run alone, because a busy neighbour would change the durations. */
const REAL_TIME = [
  'load/generator/run-share.test.ts',
  'packages/serverless-offline-brokers/src/invoker/invoker.test.ts',
]

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...unit,
          name: 'unit',
          include: ['{functions,layers,packages,tools,infra,load,faults}/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/*.e2e.test.ts', '**/node_modules/**', ...REAL_TIME],
          maxWorkers: '100%',
        },
      },
      {
        test: {
          ...unit,
          name: 'unit-real-time',
          include: REAL_TIME,
          isolate: true,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...withServers,
          ...inParallel(1),
          name: 'integration',
          include: [INTEGRATION],
          exclude: ['**/node_modules/**', ...GUARDS],
        },
      },
      {
        test: {
          ...withServers,
          ...inParallel(1),
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          exclude: [...GUARDS, ...FULL_LOAD],
        },
      },
      {
        test: {
          ...withServers,
          ...inParallel(2),
          name: 'guards',
          include: GUARDS,
        },
      },
      {
        test: {
          ...withServers,
          ...inParallel(2),
          name: 'e2e-other-home',
          include: SHOP_IN_ONE_HOME,
          env: { SHOP_HOME: 'other' },
        },
      },
      {
        test: {
          ...withServers,
          name: 'e2e-full-load',
          include: FULL_LOAD,
          isolate: true,
          fileParallelism: false,
        },
      },
    ],
  },
})

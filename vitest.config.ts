import { defineConfig } from 'vitest/config'

/** Test workers of the projects with servers. Each has its own MySQL, Kafka and RabbitMQ: see docs/testing.md. */
// biome-ignore lint/style/noProcessEnv: a setting of the test run, not of the project
const WORKERS_WITH_SERVERS = Number(process.env.TEST_WORKERS ?? 2)

const withServers = {
  globalSetup: 'test/servers.ts',
  setupFiles: ['test/use-worker-servers.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
}

const inParallel = { maxWorkers: WORKERS_WITH_SERVERS, sequence: { groupOrder: 1 } }

/** Tests that keep two cores busy and limit the response time of the shop at the same time: they run alone. */
const FULL_LOAD = ['test/faults.e2e.test.ts', 'test/fault-matrix.e2e.test.ts', 'test/three-instances.e2e.test.ts']

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
          ...inParallel,
          name: 'integration',
          include: ['{functions,layers,packages,tools,infra,load}/**/*.int.test.ts'],
          exclude: ['**/node_modules/**'],
        },
      },
      {
        test: {
          ...withServers,
          ...inParallel,
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          exclude: FULL_LOAD,
        },
      },
      {
        test: {
          ...withServers,
          name: 'e2e-full-load',
          include: FULL_LOAD,
          fileParallelism: false,
        },
      },
    ],
  },
})

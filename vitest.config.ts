import { defineConfig } from 'vitest/config'

/** Test workers of the projects with servers. Each has MySQL, Kafka and RabbitMQ of its own; docs/testing.md says why. */
const WORKERS_WITH_SERVERS = 2

const withServers = {
  globalSetup: 'test/servers.ts',
  setupFiles: ['test/use-worker-servers.ts'],
  maxWorkers: WORKERS_WITH_SERVERS,
  sequence: { groupOrder: 2 },
  testTimeout: 60_000,
  hookTimeout: 120_000,
}

/** Unit tests share a few threads: most of the time of a fork per file was spent on starting it. */
const unit = {
  pool: 'threads',
  isolate: false,
  // No file sees what another one left behind; CONTRIBUTING.md and docs/testing.md say more.
  restoreMocks: true,
  unstubEnvs: true,
  unstubGlobals: true,
  testTimeout: 20_000,
} as const

/** Unit tests that compare real durations: they run alone, because a busy neighbour would change the durations. */
const REAL_TIME = ['load/generator/run-share.test.ts', 'packages/serverless-offline-brokers/src/invoker.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...unit,
          name: 'unit',
          include: ['{functions,layers,packages,tools,infra,load}/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/*.e2e.test.ts', '**/node_modules/**', ...REAL_TIME],
          maxWorkers: '100%',
        },
      },
      {
        test: {
          ...unit,
          name: 'unit-real-time',
          include: REAL_TIME,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...withServers,
          name: 'integration',
          include: ['{functions,layers,packages,tools,infra,load}/**/*.int.test.ts'],
          exclude: ['**/node_modules/**'],
        },
      },
      {
        test: {
          ...withServers,
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
        },
      },
    ],
  },
})

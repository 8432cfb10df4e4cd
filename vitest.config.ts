import { defineConfig } from 'vitest/config'

/** Test workers of the projects with servers. Each has MySQL, Kafka and RabbitMQ of its own; docs/testing.md says why. */
const WORKERS_WITH_SERVERS = 2

const withServers = {
  globalSetup: 'test/servers.ts',
  setupFiles: ['test/use-worker-servers.ts'],
  maxWorkers: WORKERS_WITH_SERVERS,
  testTimeout: 60_000,
  hookTimeout: 120_000,
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          pool: 'threads',
          isolate: false,
          restoreMocks: true,
          unstubEnvs: true,
          unstubGlobals: true,
          include: ['{functions,layers,packages,tools,infra,load}/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/*.e2e.test.ts', '**/node_modules/**'],
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

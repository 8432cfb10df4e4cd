import { defineConfig } from 'vitest/config'
export default defineConfig({ test: { include: ['load/run/run-load.int.test.ts', 'test/load-live.e2e.test.ts'], testTimeout: 60_000, hookTimeout: 200_000, maxWorkers: 1 } })

import { expect, it } from 'vitest'
import { effectOf } from './effect-of'

it.each([
  ['functions/orders/create-order-sync.ts', 'reload'],
  ['functions/orders/contract.ts', 'reload'],
  ['functions/composition/orders.ts', 'reload'],
  ['layers/domain/src/orders/order-service.ts', 'reload'],
  ['layers/runtime/package.json', 'reload'],
  ['packages/status-page/status.css', 'reload-pages'],
  ['packages/status-page/orders.ts', 'reload-pages'],
  ['functions/orders/functions.yml', 'restart'],
  ['serverless.yml', 'restart'],
  ['.env', 'restart'],
  ['infra/event-sources.js', 'restart'],
  ['infra/mysql/migrations/0007_returns.sql', 'restart'],
  ['packages/serverless-offline-brokers/src/plugin.ts', 'restart'],
  ['packages/function-host/src/http/http-server.ts', 'restart'],
  ['packages/function-host/src/offline-http.ts', 'restart'],
  ['packages/function-host/src/http/http-server.test.ts', 'none'],
  ['functions/orders/contract.test.ts', 'none'],
  ['layers/domain/src/orders/order-service.test.ts', 'none'],
  ['layers/domain/README.md', 'none'],
  ['packages/testing/src/builders.ts', 'none'],
  ['packages/serverless-offline-brokers/dist/index.js', 'none'],
  ['packages/function-host/src/main.ts', 'none'],
  ['infra/monitoring/prometheus.yml', 'none'],
])('a change of %s has the effect: %s', (path, effect) => {
  expect(effectOf(path)).toBe(effect)
})

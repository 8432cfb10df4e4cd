import type { Config } from '@ecommerce/runtime/config'
import { purgeRabbitmqQueue, withBenchBrokers } from './bench-brokers'
import { CONNECTIONS, load } from './http-load'
import { startOfflineService } from './offline-service'
import { type Finding, ratios } from './statistics'

const PORT = 3999
const SECONDS = 5
const PATHS = ['/orders/async/kafka', '/orders/async/rabbitmq'] as const

/** The rate of accepted asynchronous orders, without consumers, compared with an empty handler. */
export function benchAccepting(config: Config, repetitions: number): Promise<Finding[]> {
  return withBenchBrokers(config, async (own) => {
    const service = await startOfflineService(own, PORT)
    try {
      for (const path of ['/nothing', ...PATHS]) await load(service, path, { duration: 3 })
      const empty: number[] = []
      const accepted: Record<(typeof PATHS)[number], number[]> = {
        '/orders/async/kafka': [],
        '/orders/async/rabbitmq': [],
      }
      for (let repetition = 0; repetition < repetitions; repetition++) {
        empty.push(await load(service, '/nothing', { duration: SECONDS }))
        for (const path of PATHS) accepted[path].push(await load(service, path, { duration: SECONDS }))
        await purgeRabbitmqQueue(own)
      }
      return [
        { name: `empty handler, ${CONNECTIONS} connections`, samples: empty, unit: 'req/s' },
        ...PATHS.flatMap((path) => [
          { name: `POST ${path}, ${CONNECTIONS} connections`, samples: accepted[path], unit: 'orders/s' },
          { name: `POST ${path} / empty handler`, samples: ratios(accepted[path], empty), unit: '', atLeast: 0.7 },
        ]),
      ]
    } finally {
      await service.stop()
    }
  })
}

import { relative } from 'node:path'
import { BaseSequencer } from 'vitest/node'

/** The longest files with servers, in this order. A long file that starts last would leave the other worker idle. */
const LONGEST = [
  'packages/serverless-offline-brokers/src/kafka/kafka-poller.int.test.ts',
  'test/pages.e2e.test.ts',
  'test/operations.e2e.test.ts',
  'test/status-page.e2e.test.ts',
  'test/load-report.e2e.test.ts',
  'packages/serverless-offline-brokers/src/rabbitmq/rabbitmq-poller.int.test.ts',
  'test/outage.e2e.test.ts',
  'test/outbox.e2e.test.ts',
  'test/dev.e2e.test.ts',
  'test/load.e2e.test.ts',
  'load/main.int.test.ts',
  'test/async-orders.e2e.test.ts',
]

/**
 * Starts the longest files first. The other files stay together by project, because a worker serves one project.
 *
 * @import { TestSpecification } from 'vitest/node'
 */
export class LongestFirst extends BaseSequencer {
  /**
   * @override
   * @param {TestSpecification[]} files
   */
  async sort(files) {
    const sorted = await super.sort(files)
    /** @param {TestSpecification} file */
    const placeOf = ({ moduleId }) => {
      const place = LONGEST.indexOf(relative(this.ctx.config.root, moduleId))
      return place === -1 ? LONGEST.length : place
    }
    return sorted.sort((a, b) => placeOf(a) - placeOf(b) || a.project.name.localeCompare(b.project.name))
  }
}

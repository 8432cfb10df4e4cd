import { testServer } from '../../../local/test-servers'
import { describePoller } from '../conformance'
import { kafkaSource } from './test-kafka'

const server = testServer('kafka')

describePoller('a poller of Kafka', {
  source: (name) => kafkaSource(name),
  kill: () => server.kill(),
  start: () => server.start(),
})

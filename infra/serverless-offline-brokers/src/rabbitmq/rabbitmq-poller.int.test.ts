import { testServer } from '../../../local/test-servers'
import { describePoller } from '../conformance'
import { rabbitMqSource } from './test-rabbitmq'

const server = testServer('rabbitmq')

describePoller('a poller of RabbitMQ', {
  source: (name) => rabbitMqSource(name),
  kill: () => server.kill(),
  start: () => server.start(),
})

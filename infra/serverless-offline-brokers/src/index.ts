import { createKafkaPoller } from './kafka/kafka-poller'
import { BrokersPlugin } from './plugin'
import { createRabbitMqPoller } from './rabbitmq/rabbitmq-poller'
import type { Serverless, ServerlessLog } from './serverless'

// biome-ignore lint/style/noDefaultExport: the framework takes a plugin from the default export
export default class ServerlessOfflineBrokers extends BrokersPlugin {
  constructor(
    serverless: Serverless,
    options: Readonly<Record<string, unknown>>,
    utils: { readonly log: ServerlessLog },
  ) {
    super(serverless, options, utils, (mapping, parts, settings) =>
      mapping.kind === 'rabbitmq'
        ? createRabbitMqPoller(mapping, parts)
        : createKafkaPoller(mapping, parts, settings.kafka(mapping.functionKey).consumer),
    )
  }
}

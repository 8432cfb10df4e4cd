import { createBrokerPoller } from './broker-poller'
import { BrokersPlugin } from './plugin'
import type { Serverless, ServerlessLog } from './serverless'

// biome-ignore lint/style/noDefaultExport: the framework loads a plugin from the default export
export default class ServerlessOfflineBrokers extends BrokersPlugin {
  constructor(
    serverless: Serverless,
    options: Readonly<Record<string, unknown>>,
    utils: { readonly log: ServerlessLog },
  ) {
    super(serverless, options, utils, createBrokerPoller)
  }
}

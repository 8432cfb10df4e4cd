import { build } from './build.mjs'

/**
 * @typedef {object} Serverless
 * @property {{ commands: string[] }} processedInput
 * @property {{ custom?: { 'serverless-offline'?: { location?: string } } }} service
 * @property {{ plugins: { constructor: { name: string }, compareWithLastLayer?: () => Promise<void> }[] }} pluginManager
 */

/**
 * Serverless plugin: builds before anything uses `dist/`, so that `serverless offline start` and `serverless package`
 * work by themselves.
 */
export default class ServerlessBuild {
  /** @param {Serverless} serverless */
  constructor(serverless) {
    this.hooks = {
      'before:offline:start:init': () => prepareOffline(serverless),
      'before:package:createDeploymentArtifacts': build,
      'before:package:compileLayers': () => packageWithoutCredentials(serverless),
    }
  }
}

/** Functions at another location were built by the program that chose it. @param {Serverless} serverless */
async function prepareOffline({ service }) {
  // Before any function is loaded: Node reads the source map of a file when it loads the file.
  process.setSourceMapsEnabled(true)
  if ((service.custom?.['serverless-offline']?.location ?? '.') === '.') await build()
}

/**
 * The framework queries CloudFormation for the deployed layers, to reuse the unchanged ones. That needs an AWS account,
 * packaging alone does not. @param {Serverless} serverless
 */
function packageWithoutCredentials({ processedInput, pluginManager }) {
  if (processedInput.commands[0] !== 'package') return
  const layers = pluginManager.plugins.find((plugin) => plugin.constructor.name === 'AwsCompileLayers')
  if (layers) layers.compareWithLastLayer = async () => undefined
}

import { build } from './build.mjs'
import { declareAuthorizers } from './declare-authorizers.mjs'
import { toRouteKey } from './manifest.mjs'
import { loadOfflineHttp } from './offline-http.mjs'

/** @typedef {import('../../function-host/src/offline-http').OfflineHttp} OfflineHttp */
/** @typedef {import('../../function-host/src/offline-http').OfflineHttpParts} OfflineHttpParts */
/**
 * @typedef {OfflineHttpParts['serverless'] & {
 *   service: import('./declare-authorizers.mjs').Service,
 *   processedInput: { commands: string[] },
 *   pluginManager: { plugins: { constructor: { name: string }, compareWithLastLayer?: () => Promise<void> }[] },
 * }} Serverless
 */

/**
 * Serverless plugin. It builds before anything uses `dist/`, so that `serverless offline start` and `serverless package`
 * work by themselves. It serves the `httpApi` events of `serverless offline start`.
 */
export default class ServerlessBuild {
  /** @type {OfflineHttp | undefined} */
  #http
  #serverless
  #options
  #log

  /** @param {Serverless} serverless @param {OfflineHttpParts['options']} options @param {Pick<OfflineHttpParts, 'log'>} tools */
  constructor(serverless, options, { log }) {
    this.#serverless = serverless
    this.#options = options
    this.#log = log
    this.hooks = {
      'before:offline:start:init': () => this.#prepareOffline(),
      'after:offline:start:init': () => this.#startHttp(),
      // After the event sources have stopped, before serverless-offline ends the process.
      'offline:start:end': () => this.#http?.stop(),
      'before:package:createDeploymentArtifacts': build,
      'before:package:compileEvents': () => declareAuthorizers(serverless.service),
      'before:package:compileLayers': () => packageWithoutCredentials(serverless),
    }
  }

  /** Functions at another location were built by the program that chose it. */
  async #prepareOffline() {
    // Before any function is loaded: Node reads the source map of a file when it loads the file.
    process.setSourceMapsEnabled(true)
    const { service } = this.#serverless
    const isBuilt = (service.custom?.['serverless-offline']?.location ?? '.') !== '.'
    const [{ OfflineHttp }] = await Promise.all([loadOfflineHttp(), isBuilt ? undefined : build()])
    this.#http = await OfflineHttp.create({
      serverless: this.#serverless,
      options: this.#options,
      toRouteKey,
      log: this.#log,
    })
  }

  async #startHttp() {
    try {
      await this.#http?.start()
    } catch (error) {
      // As serverless-offline does for its own server. A rejected hook would leave the process running.
      this.#log.error(`HTTP cannot start: ${error instanceof Error ? error.message : error}`)
      process.exit(1)
    }
  }
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

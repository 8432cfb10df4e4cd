import { join } from 'node:path'
import * as esbuild from 'esbuild'

const ROOT = join(import.meta.dirname, '..')

/**
 * The part of the configuration that `serverless.yml` needs: the settings of `custom.serverless-offline-brokers`, and the
 * names of topics and queues. It uses the schema and the precedence of the services.
 *
 * For containers, the names stay references such as `{KAFKA_TOPIC}`: an image is built once and configured when it runs.
 * @param {{ options: { stage?: string } }} framework
 */
export async function eventSources({ options }) {
  const { EVENT_SETTINGS, readConfig, toBrokerSettings, toEventSettings } = await loadSettings()
  const settings = Object.entries(EVENT_SETTINGS)
  if (options.stage === 'container') {
    return { names: Object.fromEntries(settings.map(([name, key]) => [name, `{${key}}`])), settings: {} }
  }
  const config = readConfig(ROOT)
  const values = toEventSettings(config)
  return {
    names: Object.fromEntries(settings.map(([name, key]) => [name, values[key]])),
    settings: toBrokerSettings(config),
  }
}

/**
 * Bundles the settings, because the framework cannot load TypeScript and resolves its variables before the build.
 * @returns {Promise<typeof import('@ecommerce/runtime/event-source-settings') & Pick<typeof import('@ecommerce/runtime/config'), 'readConfig'>>}
 */
async function loadSettings() {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: ROOT,
    stdin: {
      contents:
        "export * from '@ecommerce/runtime/event-source-settings'; export { readConfig } from '@ecommerce/runtime/config'",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  })
  const source = Buffer.from(outputFiles[0]?.contents ?? '').toString('base64')
  return import(`data:text/javascript;base64,${source}`)
}

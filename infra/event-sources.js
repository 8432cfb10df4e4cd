import { join } from 'node:path'
import * as esbuild from 'esbuild'

const ROOT = join(import.meta.dirname, '..')

/**
 * The settings that `serverless.yml` needs: addresses and poller options of the local brokers
 * (`custom.serverless-offline-brokers`), and the names in events. They come from the one schema, with its precedence.
 *
 * For containers the names stay references such as `{KAFKA_TOPIC}`, because an image is built before its settings are known.
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
 * The framework resolves its variables before the build and cannot load TypeScript, so this bundles the schema in memory.
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

import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'

const PLUGIN = join(import.meta.dirname, '..', '..', 'serverless-offline-brokers')

/** The plugin, and what it offers to programs that do without the framework. */
const ENTRIES = ['index', 'without-framework']

/**
 * Builds the Serverless plugin `serverless-offline-brokers` into one file an entry, as the framework loads no
 * TypeScript. CommonJS, because Node finds only some of the names that kafkajs exports when it is imported.
 */
export async function buildBrokersPlugin() {
  await Promise.all(ENTRIES.map(buildEntry))
  await writeFile(join(PLUGIN, 'dist', 'package.json'), '{ "type": "commonjs" }\n')
}

/** @param {string} name */
async function buildEntry(name) {
  const target = join(PLUGIN, 'dist', `${name}.js`)
  const next = `${target}.${process.pid}`
  await esbuild.build({
    absWorkingDir: PLUGIN,
    entryPoints: [`src/${name}.ts`],
    outfile: next,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // The types were checked in the source; `tsc` looks at all JavaScript below infra/.
    banner: { js: '// @ts-nocheck' },
    target: 'node20',
    external: ['amqplib', 'kafkajs', 'snappyjs', 'serverless-offline/lambda'],
    logLevel: 'warning',
  })
  // At once: another process may load the file at any moment.
  await rename(next, target)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildBrokersPlugin()

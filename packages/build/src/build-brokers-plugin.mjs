import { rename, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'

const PLUGIN = join(import.meta.dirname, '..', '..', 'serverless-offline-brokers')

/** The plugin, its API for programs that do not use the framework, and the module that runs functions in workers. */
const ENTRIES = ['index', 'without-framework', 'invoker/function-wrapper']

/**
 * Builds the Serverless plugin `serverless-offline-brokers` into one file per entry, because the framework cannot load
 * TypeScript. CommonJS, because an ES module can import only some of the names of kafkajs.
 */
export async function buildBrokersPlugin() {
  await Promise.all(ENTRIES.map(buildEntry))
  await writeFile(join(PLUGIN, 'dist', 'package.json'), '{ "type": "commonjs" }\n')
}

/** @param {string} entry */
async function buildEntry(entry) {
  const target = join(PLUGIN, 'dist', `${basename(entry)}.js`)
  const next = `${target}.${process.pid}`
  await esbuild.build({
    absWorkingDir: PLUGIN,
    entryPoints: [`src/${entry}.ts`],
    outfile: next,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // The types were checked in the source.
    banner: { js: '// @ts-nocheck' },
    target: 'node20',
    // CommonJS has no `import.meta`.
    define: { 'import.meta.dirname': '__dirname' },
    external: ['amqplib', 'fzstd', 'kafkajs', 'snappyjs', 'serverless-offline/lambda'],
    logLevel: 'warning',
  })
  // Atomically: another process may load the file at any moment.
  await rename(next, target)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildBrokersPlugin()

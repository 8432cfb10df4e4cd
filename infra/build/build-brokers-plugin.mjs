import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'

const PLUGIN = join(import.meta.dirname, '..', 'serverless-offline-brokers')

/**
 * Builds the Serverless plugin `serverless-offline-brokers` into one file, `dist/index.js`, as the framework loads no
 * TypeScript. ES module without top-level await: the framework may `require` it.
 */
export async function buildBrokersPlugin() {
  const target = join(PLUGIN, 'dist', 'index.js')
  const next = `${target}.${process.pid}`
  await esbuild.build({
    absWorkingDir: PLUGIN,
    entryPoints: ['src/index.ts'],
    outfile: next,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['amqplib', 'kafkajs', 'snappyjs', 'serverless-offline/lambda'],
    logLevel: 'warning',
  })
  // At once: another process may load the file at any moment.
  await rename(next, target)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildBrokersPlugin()

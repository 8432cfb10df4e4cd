import { mkdir, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { LEAN } from './lean-bundles.mjs'

const HOST = join(import.meta.dirname, '..', '..', 'function-host')
const TARGET = join(HOST, 'dist', 'offline-http.js')

/**
 * Builds and loads the HTTP server of `serverless offline start`, because the framework cannot load TypeScript.
 * @returns {Promise<typeof import('../../function-host/src/offline-http')>}
 */
export async function loadOfflineHttp() {
  const next = `${TARGET}.${process.pid}.js`
  await mkdir(join(HOST, 'dist'), { recursive: true })
  await writeFile(join(HOST, 'dist', 'package.json'), '{ "type": "commonjs" }\n')
  await esbuild.build({
    absWorkingDir: HOST,
    entryPoints: ['src/offline-http.ts'],
    outfile: next,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['serverless-offline/lambda'],
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'warning',
    plugins: LEAN,
  })
  // Atomically: another process may load the file at any moment.
  await rename(next, TARGET)
  return createRequire(import.meta.url)(TARGET)
}

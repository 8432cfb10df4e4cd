import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '../../packages/function-host/src/manifest'
import { LiveFunctions } from './live-functions'
import { loadGeneration } from './load-generation'
import type { LoadReply, LoadRequest } from './messages'

/**
 * Loaded into the process of serverless-offline by the handlers that `npm run dev` generates: they stay, and what they
 * call is replaced. The consumers keep their membership in the group, because their pollers are not touched.
 */
const manifest: Manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'manifest.json'), 'utf8'))

const functions = loadGeneration(join(import.meta.dirname, '1'), manifest).then(
  (first) => new LiveFunctions(first, (error) => reply({ kind: 'close-failed', error: textOf(error) })),
)

process.on('message', ({ load }: LoadRequest) => void replace(load))
// The channel alone does not keep the process running.
process.channel?.unref()

/** The handler of a function, by its reference in `serverless.yml`. */
export function handlerOf(reference: string) {
  return async (event: unknown, context: unknown) => (await functions).invoke(reference, event, context)
}

async function replace(folder: string): Promise<void> {
  try {
    const next = await loadGeneration(folder, manifest)
    const live = await functions
    live.replace(next)
    reply({ kind: 'loaded', folder })
  } catch (error) {
    reply({ kind: 'load-failed', folder, error: textOf(error) })
  }
}

function reply(message: LoadReply): void {
  process.send?.(message)
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

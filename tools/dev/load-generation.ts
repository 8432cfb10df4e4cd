import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'
import { loadExport } from '../../packages/function-host/src/lambda-function'
import type { Manifest } from '../../packages/function-host/src/manifest'
import type { Generation } from './live-functions'

type Handler = (event: unknown, context: unknown) => unknown

/**
 * Loads all functions of a build, so that a module that cannot be loaded is found before anybody depends on it.
 * @param folder contains `dist/`; deleted when the generation is closed, or cannot be loaded
 * @throws what a module throws while it is loaded
 */
export async function loadGeneration(folder: string, manifest: Manifest): Promise<Generation> {
  const references = Object.values(manifest.functions).map(({ handler }) => handler)
  try {
    const handlers = new Map(references.map((reference) => [reference, loadHandler(folder, reference)]))
    return {
      invoke: (reference, event, context) => handlers.get(reference)?.(event, context),
      async close() {
        await closeLifecycle(folder, manifest)
        await unload(folder)
      },
    }
  } catch (error) {
    // Read the stack while the source maps are on disk.
    if (error instanceof Error) void error.stack
    await unload(folder)
    throw error
  }
}

function loadHandler(folder: string, reference: string): Handler {
  const handler = loadExport(folder, reference)
  if (typeof handler !== 'function') throw new TypeError(`${reference} is not a function`)
  return handler as Handler // its event and its result are its own
}

async function closeLifecycle(folder: string, { lifecycle }: Manifest): Promise<void> {
  if (lifecycle === undefined) return
  await (loadExport(folder, lifecycle) as { close(): Promise<void> }).close() // the manifest names a lifecycle
}

/** Forgets the modules below the folder, so that the memory they use becomes free. */
async function unload(folder: string): Promise<void> {
  const { cache } = createRequire(join(folder, 'dist'))
  for (const file of Object.keys(cache)) if (file.startsWith(folder + sep)) delete cache[file]
  await rm(folder, { recursive: true, force: true })
}

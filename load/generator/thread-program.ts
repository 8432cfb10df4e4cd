import { join } from 'node:path'
import { buildSync } from 'esbuild'

let program: string | undefined

/**
 * The program of a sending thread, compiled once for all threads. A thread does not inherit the loader of the main thread, and
 * a loader of its own would take most of the CPU time of its start.
 */
export function threadProgram(): string {
  program ??= compile()
  return program
}

function compile(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, 'thread-main.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    sourcemap: 'inline',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

import { dirname, join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'

const SOURCES = dirname(import.meta.dirname)

const OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  banner: { js: '// @ts-nocheck' },
  target: 'node20',
  // CommonJS has no `import.meta`.
  define: { 'import.meta.dirname': '__dirname' },
  external: ['amqplib', 'kafkajs', 'snappyjs', 'serverless-offline/lambda'],
}

/** Builds the plugin, and the function wrapper beside it, into a directory. @param plugin JavaScript, resolved as if it were in `src` */
export async function buildPlugin(plugin: string, directory: string): Promise<void> {
  const stdin = { contents: plugin, resolveDir: SOURCES, loader: 'js' } as const
  await Promise.all([
    build({ ...OPTIONS, stdin, outfile: join(directory, 'plugin.js') }),
    buildFunctionWrapper(directory),
  ])
}

export async function buildFunctionWrapper(directory: string): Promise<void> {
  const entryPoints = [join(SOURCES, 'invoker', 'function-wrapper.ts')]
  await build({ ...OPTIONS, entryPoints, outfile: join(directory, 'function-wrapper.js') })
}

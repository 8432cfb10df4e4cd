import { join } from 'node:path'
import { build, type OutputFile, stop } from 'esbuild'

export interface PageBundle {
  readonly script: string
  readonly styles: string
}

/** By script: pages do not change while the process runs. */
const bundles = new Map<string, Promise<PageBundle>>()

/**
 * What a page runs and how it looks, with its libraries, each in one piece that can stand inside a page.
 * @param script path of the browser script; styles are those of all pages
 */
export function bundlePage(script: string): Promise<PageBundle> {
  const bundled = bundles.get(script) ?? bundle(script)
  bundles.set(script, bundled)
  return bundled
}

async function bundle(script: string): Promise<PageBundle> {
  const outputFiles = await buildAlone(script)
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''
  return {
    // Neither may hold the end tag of its element; in a script, `<\/` means the same as `</`.
    script: text('.js').trim().replaceAll('</script', '<\\/script'),
    styles: text('.css').trim().replaceAll('</style', '<\\/style'),
  }
}

/** Leaves no process of esbuild behind: a Ctrl-C in the terminal would end it, and with it the next bundle. */
async function buildAlone(script: string): Promise<OutputFile[]> {
  try {
    const { outputFiles } = await build({
      entryPoints: { script, styles: join(import.meta.dirname, 'page', 'styles.css') },
      outdir: 'page',
      bundle: true,
      write: false,
      minify: true,
      format: 'iife',
      target: ['chrome123', 'firefox120', 'safari17.5'],
      charset: 'utf8',
      logLevel: 'silent',
    })
    return outputFiles
  } finally {
    await stop()
  }
}

import { createHash } from 'node:crypto'
import * as esbuild from 'esbuild'

/**
 * The script and the styles of a page, each in one piece that can stand inside its HTML file. The hashes are those that
 * a content security policy names, such as `sha256-…`.
 *
 * @typedef {{ script: string, styles: string, scriptHash: string, stylesHash: string }} PageBundle
 */

/**
 * Bundles a page with the libraries that it imports.
 *
 * @param {{ script: string, styles: string }} entries paths of the browser script and of the stylesheet
 * @returns {Promise<PageBundle>}
 */
export async function bundlePage(entries) {
  const { outputFiles } = await esbuild.build({
    entryPoints: entries,
    outdir: 'page',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',

    target: ['chrome123', 'firefox120', 'safari17.5'],
    charset: 'utf8',
    logLevel: 'warning',
  })
  /** @param {string} ending */
  const output = (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text.trim() ?? ''
  // Neither may contain the end tag of its element. In a script and in a stylesheet, `<\/` means the same as `</`.
  const script = output('.js').replaceAll('</script', '<\\/script')
  const styles = output('.css').replaceAll('</style', '<\\/style')
  return { script, styles, scriptHash: hashOf(script), stylesHash: hashOf(styles) }
}

/** @param {string} text */
function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

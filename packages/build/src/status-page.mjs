import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as esbuild from 'esbuild'

const PAGE = join(import.meta.dirname, '..', '..', 'status-page')

/** The status page in one piece: its script and its styles are the only ones that its policy lets run. */
export async function renderStatusPage() {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: PAGE,
    entryPoints: ['status.ts', 'status.css'],
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
  // Neither may hold the end tag of its element; in a script, `<\/` means the same as `</`.
  const script = output('.js').replaceAll('</script', '<\\/script')
  const styles = output('.css')
  const page = await readFile(join(PAGE, 'status.html'), 'utf8')
  return [
    ['<head>', `<head>\n<meta http-equiv="Content-Security-Policy" content="${contentPolicy(script, styles)}">`],
    ['<link rel="stylesheet" href="status.css">', `<style>${styles}</style>`],
    ['<script src="status.ts"></script>', `<script>${script}</script>`],
  ].reduce((text, [mark = '', content = '']) => replaceOnce(text, mark, content), page)
}

/**
 * Nothing from elsewhere, nothing inline but these two, requests home alone. Trusted types: the script may turn no text
 * into markup. @param {string} script @param {string} styles
 */
function contentPolicy(script, styles) {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(styles)}'`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

/** @param {string} text */
function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** @param {string} text @param {string} mark @param {string} content */
function replaceOnce(text, mark, content) {
  if (text.split(mark).length !== 2) throw new Error(`status.html has ${mark} not exactly once`)
  // A function, as a text may hold what means something in a replacement.
  return text.replace(mark, () => content)
}

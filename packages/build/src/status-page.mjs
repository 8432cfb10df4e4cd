import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundlePage } from '@ecommerce/look/bundle-page'

const PAGE = join(import.meta.dirname, '..', '..', 'status-page')

/** The status page as one file. Its policy allows no script and no styles except its own. */
export async function renderStatusPage() {
  const bundle = await bundlePage({ script: join(PAGE, 'status.ts'), styles: join(PAGE, 'status.css') })
  const page = await readFile(join(PAGE, 'status.html'), 'utf8')
  return [
    ['<head>', `<head>\n<meta http-equiv="Content-Security-Policy" content="${contentPolicy(bundle)}">`],
    ['<link rel="stylesheet" href="status.css">', `<style>${bundle.styles}</style>`],
    ['<script src="status.ts"></script>', `<script>${bundle.script}</script>`],
  ].reduce((text, [mark = '', content = '']) => replaceOnce(text, mark, content), page)
}

/**
 * Allows the script and the styles of the page by their hashes and requests to its own server, nothing else. Trusted
 * types forbid the script to turn text into markup.
 *
 * @param {import('@ecommerce/look/bundle-page').PageBundle} bundle
 */
function contentPolicy({ scriptHash, stylesHash }) {
  return [
    "default-src 'none'",
    `script-src '${scriptHash}'`,
    `style-src '${stylesHash}'`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

/** @param {string} text @param {string} mark @param {string} content */
function replaceOnce(text, mark, content) {
  if (text.split(mark).length !== 2) throw new Error(`status.html must contain ${mark} exactly once`)
  // A function, because `$` has a meaning in a replacement text.
  return text.replace(mark, () => content)
}

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundlePage } from '@ecommerce/look/bundle-page'

const PACKAGES = join(import.meta.dirname, '..', '..')

/**
 * A page as one file, and the content security policy that it is served with.
 *
 * @typedef {{ html: string, policy: string }} Page
 */

/**
 * A library that is too large to be bundled at each start: its files stand before those of the page, as they are.
 *
 * @typedef {{ script: string, styles: string }} Library
 */

/**
 * Renders `packages/<name>-page`: its markup with its script and styles inside. Its policy allows no others, and requests
 * only to its own server.
 *
 * @param {string} name
 * @param {Library} [library]
 * @returns {Promise<Page>}
 */
export async function renderPage(name, library) {
  const folder = join(PACKAGES, `${name}-page`)
  const own = await bundlePage({ script: join(folder, `${name}.ts`), styles: join(folder, `${name}.css`) })
  const script = library ? `${withoutEndTag(library.script, 'script')}\n${own.script}` : own.script
  const styles = library ? `${withoutEndTag(library.styles, 'style')}\n${own.styles}` : own.styles
  const markup = await readFile(join(folder, `${name}.html`), 'utf8')
  const html = [
    [`<link rel="stylesheet" href="${name}.css">`, `<style>${styles}</style>`],
    [`<script src="${name}.ts"></script>`, `<script>${script}</script>`],
  ].reduce((text, [mark = '', content = '']) => replaceOnce(text, mark, content), markup)
  return { html, policy: contentPolicy(script, styles, library === undefined) }
}

/**
 * `usesTrustedTypes` forbids the script to turn text into markup. Libraries do so.
 *
 * @param {string} script @param {string} styles @param {boolean} usesTrustedTypes
 */
function contentPolicy(script, styles, usesTrustedTypes) {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(styles)}'`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...(usesTrustedTypes ? ["require-trusted-types-for 'script'", "trusted-types 'none'"] : []),
  ].join('; ')
}

/** @param {string} text */
function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** In a script and in a stylesheet, `<\/` means the same as `</`. @param {string} text @param {string} tag */
function withoutEndTag(text, tag) {
  return text.replaceAll(`</${tag}`, `<\\/${tag}`)
}

/** @param {string} text @param {string} mark @param {string} content */
function replaceOnce(text, mark, content) {
  if (text.split(mark).length !== 2) throw new Error(`the page must contain ${mark} exactly once`)
  // A function, because `$` has a meaning in a replacement text.
  return text.replace(mark, () => content)
}

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { renderPage } from './page.mjs'

/** Only located: to load the package takes half a second, at each start of `serverless`. */
const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

/** Swagger UI in the look of the shop. */
export async function renderDocsPage() {
  const [script, styles] = await Promise.all([
    readFile(join(SWAGGER_UI, 'swagger-ui-bundle.js'), 'utf8'),
    readFile(join(SWAGGER_UI, 'swagger-ui.css'), 'utf8'),
  ])
  return renderPage('docs', { script, styles })
}

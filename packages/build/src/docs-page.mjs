import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Only located: to load the package takes half a second, at each start of `serverless`. */
const ASSETS = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

/** Swagger UI in one self-contained page. It works offline and sends requests only to this API. */
export async function renderDocsPage() {
  const [script, style] = await Promise.all([
    readFile(join(ASSETS, 'swagger-ui-bundle.js'), 'utf8'),
    readFile(join(ASSETS, 'swagger-ui.css'), 'utf8'),
  ])
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>High-Performance E-Commerce, Serverless: API</title>
<link rel="icon" href="data:,">
<style>${style}
body { margin: 0 }
.swagger-ui .topbar { display: none }
</style>
</head>
<body>
<div id="api"></div>
<script>${script.replaceAll('</script', '<\\/script')}</script>
<script>
SwaggerUIBundle({
  url: new URL('openapi.json', location.href.replace(/\\/$/, '')).href,
  dom_id: '#api',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
})
</script>
</body>
</html>
`
}

import { followTheme } from '@ecommerce/look/theme'

declare const SwaggerUIBundle: (options: Readonly<Record<string, unknown>>) => unknown

followTheme(document.getElementById('theme'), () => {})

SwaggerUIBundle({
  url: new URL('openapi.json', location.href.replace(/\/$/, '')).href,
  dom_id: '#api',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
})

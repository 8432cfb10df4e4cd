import { createHash } from 'node:crypto'
import type { PageBundle } from './bundle-page'
import { Html, html } from './html'

export interface PageContent {
  readonly title: string
  readonly body: Html
  readonly bundle: PageBundle
  /** Whether its script may speak to the server it came from. A report never may: it has none. */
  readonly connectsHome: boolean
}

/** A whole page in one text. Its content security policy forbids every request but those home, where they are allowed. */
export function renderDocument({ title, body, bundle, connectsHome }: PageContent): string {
  const scriptHash = createHash('sha256').update(bundle.script).digest('base64')
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${scriptHash}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    `connect-src ${connectsHome ? "'self'" : "'none'"}`,
  ].join('; ')
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(bundle.styles)}</style>
</head>
<body>
${body}
<script>${new Html(bundle.script)}</script>
</body>
</html>
`.markup
}

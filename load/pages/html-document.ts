import type { PageBundle } from '@ecommerce/look/bundle-page'
import { Html, html } from './html'

export interface PageContent {
  readonly title: string
  readonly body: Html
  readonly bundle: PageBundle
  /** Whether the script may send requests to the server of the page. A report is a file without a server. */
  readonly connectsHome: boolean
}

/** A whole page as one text. Its content security policy forbids all requests except those to its own server. */
export function renderDocument({ title, body, bundle, connectsHome }: PageContent): string {
  const policy = [
    "default-src 'none'",
    `script-src '${bundle.scriptHash}'`,
    // The lengths of bars are style attributes.
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

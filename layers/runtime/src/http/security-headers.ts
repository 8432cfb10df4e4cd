import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

type Headers = Readonly<Record<string, string>>

/** For every response. None may be framed, loaded by a page of another origin without CORS, or read as another type. */
const ALWAYS: Headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

/** For what is no page: a browser that shows it runs nothing in it. */
const NO_PAGE: Headers = { 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" }

/** A page has a content security policy of its own. It may write to the clipboard, and use no other feature. */
const PAGE: Headers = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': [
    'camera=()',
    'display-capture=()',
    'geolocation=()',
    'microphone=()',
    'payment=()',
    'publickey-credentials-get=()',
    'usb=()',
    'clipboard-write=(self)',
  ].join(', '),
}

/** Adds the headers that limit what a browser does with a response. A function's own headers take precedence. */
export class SecurityHeaders {
  readonly #noPage: Headers
  readonly #page: Headers

  /** @param hstsSeconds how long browsers use only HTTPS for this host; 0 where no TLS is in front of the shop */
  constructor(hstsSeconds: number) {
    const transport: Headers = hstsSeconds > 0 ? { 'strict-transport-security': `max-age=${hstsSeconds}` } : {}
    this.#noPage = { ...ALWAYS, ...NO_PAGE, ...transport }
    this.#page = { ...ALWAYS, ...PAGE, ...transport }
  }

  addTo(response: APIGatewayProxyStructuredResultV2): void {
    const isPage = String(response.headers?.['content-type']).startsWith('text/html')
    response.headers = { ...(isPage ? this.#page : this.#noPage), ...response.headers }
  }
}

export const WITHOUT_TLS = new SecurityHeaders(0)

import { byId } from '@ecommerce/look/elements'
import { SignIn } from '@ecommerce/look/sign-in'
import { followTheme, isDark } from '@ecommerce/look/theme'
import { withBearerOnly } from './bearer-schemes'
import { nameControls } from './name-controls'
import { type OpenApi, type OwnData, withOwnExamples } from './own-examples'

/** The library stands before this script in the page. */
declare const SwaggerUIBundle: (options: Readonly<Record<string, unknown>>) => unknown

interface React {
  createElement(tag: string, attributes: object | null, ...children: unknown[]): unknown
}

/** A page of this size loads its examples fast. Two of its products suffice. */
const TIMEOUT_MS = 4_000

const signIn = new SignIn(byId('sign-in'), { role: 'staff', onChange: () => undefined })
followTheme(document.getElementById('theme'), showTheme)
showTheme()
nameControls(document.body)
void show()

async function show(): Promise<void> {
  const own = await ownData()
  SwaggerUIBundle({
    url: 'openapi.json',
    dom_id: '#api',
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    syntaxHighlight: { theme: 'monokai' },
    requestInterceptor: withToken,
    plugins: [plainTitles, () => examplesOf(own)],
  })
}

interface SwaggerRequest {
  readonly url: string
  readonly headers: Record<string, string>
}

/** Sends the token of the reader to this shop only, unless "Authorize" of Swagger UI has set another one. */
function withToken(request: SwaggerRequest): SwaggerRequest {
  const isOwn = new URL(request.url, location.href).origin === location.origin
  const hasOther = Object.keys(request.headers).some((name) => name.toLowerCase() === 'authorization')
  if (isOwn && !hasOther) Object.assign(request.headers, signIn.headers)
  return request
}

/** What "Try it out" can use. It works without, too: the shop may be empty, or its database may be down. */
async function ownData(): Promise<OwnData> {
  const [products, orders] = await Promise.all([
    itemsOf('products?in_stock=true&limit=2'),
    signIn.isNeeded ? [] : itemsOf<{ id: string }>('orders?limit=1'),
  ])
  return { products: products as OwnData['products'], orderId: orders[0]?.id }
}

async function itemsOf<T>(path: string): Promise<readonly T[]> {
  try {
    const response = await fetch(path, { headers: signIn.headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
    const { items = [] } = (await response.json()) as { items?: readonly T[] }
    return items
  } catch {
    return []
  }
}

/** The title of an operation is a button. Swagger UI puts a link into it, which assistive technology cannot reach. */
function plainTitles({ React }: { React: React }) {
  return { components: { DeepLink: ({ text }: { text: string }) => React.createElement('span', null, text) } }
}

/** Changes the document before Swagger UI reads it. */
function examplesOf(own: OwnData) {
  const updateSpec = (original: (text: string) => unknown) => (text: string) =>
    original(JSON.stringify(withBearerOnly(withOwnExamples(JSON.parse(text) as OpenApi, own))))
  return { statePlugins: { spec: { wrapActions: { updateSpec } } } }
}

/** The dark colours of Swagger UI depend on this class. */
function showTheme(): void {
  document.documentElement.classList.toggle('dark-mode', isDark())
}

import { element } from './elements'
import { readTokenClaims, type TokenClaims } from './token-claims'

/** The storage of a tab: other tabs and later sessions do not see the token. */
const KEY = 'access-token'

export interface SignInOptions {
  /** The role that the page is made for. */
  readonly role: 'customer' | 'staff' | 'operator'
  readonly onChange: () => void
}

/**
 * The place where the reader of a page signs in to a protected shop, by pasting an access token. So it works with every
 * identity provider, and the page sends requests only to its own shop. In an open shop it stays hidden.
 */
export class SignIn {
  readonly #container: HTMLElement
  readonly #options: SignInOptions
  readonly #isProtected = document.documentElement.dataset.access === 'protected'

  constructor(container: HTMLElement, options: SignInOptions) {
    this.#container = container
    this.#options = options
    container.hidden = !this.#isProtected
    if (this.#isProtected) this.#show()
  }

  /** Whether the shop wants a token that the page does not have. */
  get isNeeded(): boolean {
    return this.#isProtected && this.claims === undefined
  }

  /** Undefined without a token, and when it has expired. */
  get claims(): TokenClaims | undefined {
    const claims = this.#isProtected ? readTokenClaims(this.#token) : undefined
    return claims !== undefined && claims.expiresAtMs > Date.now() ? claims : undefined
  }

  /** The headers that requests to the shop need. */
  get headers(): Readonly<Record<string, string>> {
    return this.claims === undefined ? {} : { authorization: `Bearer ${this.#token}` }
  }

  get #token(): string {
    return sessionStorage.getItem(KEY) ?? ''
  }

  #change(token: string): void {
    if (token === '') sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, token)
    this.#show()
    this.#container.querySelector<HTMLElement>('input, button')?.focus()
    this.#options.onChange()
  }

  #show(problem = ''): void {
    const { claims } = this
    this.#container.replaceChildren(claims === undefined ? this.#form(problem) : this.#signedIn(claims))
    if (claims !== undefined) setTimeout(() => this.#expire(), Math.min(claims.expiresAtMs - Date.now(), 2 ** 31 - 1))
  }

  #expire(): void {
    if (this.claims !== undefined || this.#token === '') return
    sessionStorage.removeItem(KEY)
    this.#show('The token has expired.')
    this.#options.onChange()
  }

  #form(problem: string): HTMLElement {
    const input = element('input', { id: 'access-token', type: 'password', autocomplete: 'off', spellcheck: 'false' })
    const hint = element('p', { class: 'sign-in-hint', role: 'status' }, problem === '' ? '' : `${problem} `)
    hint.append(
      'This shop needs an access token. On a desk: ',
      element('code', {}, `npm run token -- --role ${this.#options.role}`),
    )
    const form = element(
      'form',
      { class: 'sign-in' },
      element('label', { for: 'access-token' }, 'Access token'),
      input,
      element('button', { type: 'submit' }, 'Sign in'),
      hint,
    )
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      const token = input.value.trim()
      const claims = readTokenClaims(token)
      if (claims === undefined) this.#show('This is no access token.')
      else if (claims.expiresAtMs <= Date.now()) this.#show('This token has expired.')
      else this.#change(token)
    })
    return form
  }

  #signedIn({ user, expiresAtMs }: TokenClaims): HTMLElement {
    const until = new Date(expiresAtMs).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    const button = element('button', { type: 'button' }, 'Sign out')
    button.addEventListener('click', () => this.#change(''))
    return element('div', { class: 'sign-in' }, element('p', {}, `Signed in as ${user} until ${until}.`), button)
  }
}

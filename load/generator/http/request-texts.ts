import type { Channel } from '../../results'
import type { Target } from './connection'

const PATHS: Readonly<Record<Channel, string>> = {
  sync: '/orders/sync',
  kafka: '/orders/async/kafka',
  rabbitmq: '/orders/async/rabbitmq',
}
const BROWSE = '/products?limit=20'

/** @throws if the URL is not HTTP or HTTPS, or has more than a host, a port and a path */
export function readBaseUrl(text: string): { readonly target: Target; readonly host: string; readonly prefix: string } {
  const url = new URL(text)
  const isTls = url.protocol === 'https:'
  if (!isTls && url.protocol !== 'http:') throw new Error(`${text}: only http: and https: URLs are supported`)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new Error(`${url.origin}: the URL may have only a host, a port and a path`)
  }
  return {
    target: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || (isTls ? 443 : 80)),
      isTls,
    },
    host: url.host,
    prefix: url.pathname.replace(/\/+$/, ''),
  }
}

/** Complete requests as text. Everything is ASCII or escaped, so that a character is a byte. */
export class RequestTexts {
  readonly browse: string
  readonly #orderHead: string
  readonly #userPrefix: string
  readonly #postCancel: string
  readonly #getOrder: string
  readonly #headers: string

  /** @param authorization the header Authorization of every request */
  constructor(baseUrl: string, channel: Channel, userPrefix: string, authorization?: string) {
    const { host, prefix } = readBaseUrl(baseUrl)
    const json = 'content-type: application/json\r\ncontent-length: '
    const credentials = authorization === undefined ? '' : `authorization: ${authorization}\r\n`
    this.#headers = ` HTTP/1.1\r\nhost: ${host}\r\n${credentials}`
    this.browse = `GET ${prefix}${BROWSE}${this.#headers}\r\n`
    this.#orderHead = `POST ${prefix}${PATHS[channel]}${this.#headers}${json}`
    this.#userPrefix = `{"user_id":${asciiJson(`${userPrefix}-`).slice(0, -1)}`
    this.#getOrder = `GET ${prefix}/orders/`
    this.#postCancel = `POST ${prefix}/orders/`
  }

  /** An order of one unit. */
  order(user: number, productId: number): string {
    const body = `${this.#userPrefix}${user}","product_id":${productId},"quantity":1}`
    return `${this.#orderHead}${body.length}\r\n\r\n${body}`
  }

  status(orderId: string): string {
    return `${this.#getOrder}${orderId}${this.#headers}\r\n`
  }

  cancel(orderId: string): string {
    return `${this.#postCancel}${orderId}/cancel${this.#headers}content-type: application/json\r\ncontent-length: 2\r\n\r\n{}`
  }
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

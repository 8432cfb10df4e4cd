import type { RabbitMqAddresses } from './connect-rabbitmq'

export interface ManagementAddresses extends RabbitMqAddresses {
  readonly managementPort: number
}

export interface ManagementRequest {
  readonly method?: 'GET' | 'PUT'
  /** The parts of the path after `/api`. */
  readonly path: readonly (string | typeof VIRTUAL_HOST)[]
  readonly body?: unknown
}

/** Stands for the virtual host of the addresses in a path. */
export const VIRTUAL_HOST: unique symbol = Symbol('virtual host')

/**
 * Sends a request to the management interface of the first node that responds. It has the credentials of the AMQP URL.
 * Resolves to undefined when no node responds.
 */
export async function requestManagement(
  { urls, managementPort, timeoutMs }: ManagementAddresses,
  { method = 'GET', path, body }: ManagementRequest,
): Promise<Response | undefined> {
  for (const url of urls) {
    const { hostname, protocol, username, password, pathname } = new URL(url)
    const virtualHost = decodeURIComponent(pathname.slice(1)) || '/'
    const parts = path.map((part) => encodeURIComponent(typeof part === 'string' ? part : virtualHost))
    const scheme = protocol === 'amqps:' ? 'https' : 'http'
    const credentials = `${decodeURIComponent(username || 'guest')}:${decodeURIComponent(password || 'guest')}`
    const response = await fetch(`${scheme}://${hostname}:${managementPort}/api/${parts.join('/')}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(Math.ceil(timeoutMs / urls.length)),
    }).catch(() => undefined)
    if (response) return response
  }
  return undefined
}

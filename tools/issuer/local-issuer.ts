import type { IncomingMessage } from 'node:http'
import { ROLES, type Role } from '@ecommerce/runtime'
import { type MutableResponse, type MutableToken, OAuth2Server } from 'oauth2-mock-server'

/** The audience of the tokens: what the shop that `npm start -- --auth` starts accepts. */
export const LOCAL_AUDIENCE = 'ecommerce'

const ADDRESS = '127.0.0.1'

export interface LocalIssuer {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts an identity provider for a desk. It gives a token of any role to everyone on this machine, so it protects nothing:
 * it shows how a shop with a real provider behaves. It listens on loopback only, and its key lives as long as it does.
 */
export async function startLocalIssuer(port: number): Promise<LocalIssuer> {
  const server = new OAuth2Server()
  await server.issuer.keys.generate('ES256')
  await server.start(port, ADDRESS)
  const url = localIssuerUrl(server.address().port)
  server.issuer.url = url
  server.service.on('beforeTokenSigning', (token: MutableToken, request: TokenRequest) => {
    Object.assign(token.payload, claimsOf(request) ?? {}, { aud: LOCAL_AUDIENCE })
  })
  server.service.on('beforeResponse', (response: MutableResponse, request: TokenRequest) => {
    if (claimsOf(request) !== undefined) return
    response.statusCode = 400
    response.body = { error: 'invalid_client', error_description: `client_id must be ${Object.keys(ROLES).join(', ')}` }
  })
  return { url, stop: () => server.stop() }
}

export function localIssuerUrl(port: number): string {
  return `http://${ADDRESS}:${port}`
}

type TokenRequest = IncomingMessage & { readonly body?: Readonly<Record<string, unknown>> }

/** The roles are the id of the client, comma separated. Undefined for something else. */
function claimsOf({ headers, body = {} }: TokenRequest) {
  const clientId = clientOf(headers.authorization) ?? body.client_id
  const roles = typeof clientId === 'string' ? clientId.split(',') : []
  if (roles.length === 0 || !roles.every(isRole)) return undefined
  const user = typeof body.user === 'string' && body.user !== '' ? body.user : roles.join('-')
  return { sub: user, scope: [...new Set(roles.flatMap((role) => [...ROLES[role]]))].join(' ') }
}

/** RFC 6749, section 2.3.1: id and secret are encoded as in a form. */
function clientOf(authorization: string | undefined): string | undefined {
  const [, credentials] = /^basic +(\S+)$/i.exec(authorization ?? '') ?? []
  if (credentials === undefined) return undefined
  const [id = ''] = Buffer.from(credentials, 'base64').toString().split(':')
  return new URLSearchParams(`id=${id}`).get('id') ?? undefined
}

function isRole(name: string): name is Role {
  return Object.hasOwn(ROLES, name)
}

import type { IncomingMessage, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startTestShop } from '../testing/test-shop'
import { AccessToken, type Credentials } from './access-token'

interface TokenRequest {
  readonly authorization: string | undefined
  readonly body: string
}

/** An issuer whose tokens are numbered. */
async function anIssuer({ seconds = 300, status = 200 } = {}) {
  const requests: TokenRequest[] = []
  let url = ''
  const respond = async (request: IncomingMessage): Promise<object> => {
    if (request.url === '/realm/.well-known/openid-configuration') return { token_endpoint: `${url}/realm/oauth/token` }
    requests.push({ authorization: request.headers.authorization, body: await text(request) })
    return { access_token: `token-${requests.length}`, token_type: 'Bearer', expires_in: seconds }
  }
  const listener: RequestListener = async (request, response) => {
    const body = await respond(request)
    response.writeHead(request.url?.endsWith('/token') ? status : 200).end(JSON.stringify(body))
  }
  const { url: started, close } = await startTestShop(listener)
  onTestFinished(close)
  url = started
  const credentials: Credentials = { kind: 'client', issuer: `${url}/realm`, id: 'load test', secret: 'a:b&c' }
  return { credentials, requests, url }
}

async function open(credentials: Credentials | undefined): Promise<AccessToken> {
  const token = await AccessToken.open(credentials)
  onTestFinished(() => token.close())
  return token
}

describe('the access token of a load test', () => {
  it('is absent for a shop that is open', async () => {
    expect((await open(undefined)).authorization).toBeUndefined()
  })

  it('may be given', async () => {
    expect((await open({ kind: 'token', token: 'a.b.c' })).authorization).toBe('Bearer a.b.c')
  })

  it('may be requested with the credentials of a client', async () => {
    const { credentials, requests } = await anIssuer()

    expect((await open(credentials)).authorization).toBe('Bearer token-1')
    expect(requests).toEqual([
      {
        authorization: `Basic ${Buffer.from('load+test:a%3Ab%26c').toString('base64')}`,
        body: 'grant_type=client_credentials',
      },
    ])
  })

  it('is renewed before it expires, and everyone who uses it learns the new one', async () => {
    const { credentials } = await anIssuer({ seconds: 0.1 })
    const token = await open(credentials)
    const renewed: string[] = []
    token.onRenewed((authorization) => renewed.push(authorization))

    await vi.waitFor(() => expect(renewed.slice(0, 2)).toEqual(['Bearer token-2', 'Bearer token-3']), 5_000)

    expect(token.authorization).toBe(renewed.at(-1))
  })

  it('is an error that shows no secret if the issuer returns none', async () => {
    const { credentials, url } = await anIssuer({ status: 401 })

    const error = await open(credentials).catch((failure: unknown) => failure)

    expect(error).toMatchObject({ message: `the issuer returned 401 and no token (${url}/realm/oauth/token)` })
    expect(String(error)).not.toMatch(/a:b|token-1/)
  })

  it('is an error if no issuer responds', async () => {
    const credentials: Credentials = { kind: 'client', issuer: 'http://127.0.0.1:1', id: 'a', secret: 'b' }

    await expect(open(credentials)).rejects.toThrow('the issuer http://127.0.0.1:1 does not respond')
  })
})

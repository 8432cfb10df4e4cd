import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { requestToken } from './request-token'

interface Received {
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly body: string
}

/** A token endpoint that always gives this response. */
async function openEndpoint(status: number, body: string): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const respond = async (request: IncomingMessage) => {
    const { authorization, 'content-type': contentType } = request.headers
    received.push({ authorization, contentType, body: await text(request) })
  }
  const server = createServer((request, response) => {
    void respond(request).then(() => response.writeHead(status, { 'content-type': 'application/json' }).end(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, received }
}

const CLIENT = { mechanism: 'oauthbearer', clientId: 'a:b', clientSecret: 'ü' } as const

it('requests a token with the client credentials', async () => {
  const { url, received } = await openEndpoint(200, '{"access_token":"abc","token_type":"bearer","expires_in":60}')

  expect(await requestToken({ ...CLIENT, tokenEndpoint: url, scope: 'kafka read' })).toBe('abc')

  expect(received).toEqual([
    {
      authorization: `Basic ${Buffer.from('a%3Ab:%C3%BC').toString('base64')}`,
      contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
      body: 'grant_type=client_credentials&scope=kafka+read',
    },
  ])
})

it.each([
  { what: 'is refused', status: 401, body: '{"error":"invalid_client"}', message: 'status 401' },
  { what: 'has no token', status: 200, body: '{}', message: 'no access_token' },
])('rejects when the response $what', async ({ status, body, message }) => {
  const { url } = await openEndpoint(status, body)

  await expect(requestToken({ ...CLIENT, tokenEndpoint: url })).rejects.toThrow(message)
})

import { expect, it } from 'vitest'
import { withBearerOnly } from './bearer-schemes'

it('only the schemes with a bearer token remain, also in the operations', () => {
  const bearer = { scheme: 'bearer' }
  const document: Parameters<typeof withBearerOnly>[0] = {
    paths: {
      '/ready': { get: { security: [{}, { bearer: ['a'] }, { openId: ['a'] }] } },
      '/orders': { get: { security: [{ bearer: ['a'] }, { openId: ['a'] }] }, post: {} },
    },
    components: { securitySchemes: { bearer, openId: {} } },
  }

  expect(withBearerOnly(document)).toEqual({
    paths: {
      '/ready': { get: { security: [{}, { bearer: ['a'] }] } },
      '/orders': { get: { security: [{ bearer: ['a'] }] }, post: {} },
    },
    components: { securitySchemes: { bearer } },
  })
})

it('the document of an open shop stays as it is', () => {
  const document = { paths: {}, components: {} }

  expect(withBearerOnly(document)).toBe(document)
})

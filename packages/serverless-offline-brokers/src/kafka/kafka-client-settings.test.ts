import { describe, expect, it, vi } from 'vitest'
import { aKafkaMapping } from '../testing/kafka-builders'
import { clientSettings, KAFKA_POLLER_DEFAULTS } from './kafka-client-settings'

const settingsOf = (mapping: Parameters<typeof aKafkaMapping>[0], session = 0) =>
  clientSettings(aKafkaMapping(mapping), KAFKA_POLLER_DEFAULTS, session)

describe('the client settings of a mapping', () => {
  it.each([
    { what: 'no TLS', tls: false },
    { what: 'TLS with the certificate authorities of Node', tls: true },
    { what: 'a certificate authority', tls: { ca: 'CA' } },
    { what: 'a client certificate', tls: { ca: 'CA', cert: 'CERT', key: 'KEY', passphrase: 'secret' } },
  ])('have $what', ({ tls }) => {
    expect(settingsOf({ tls }).ssl).toEqual(tls)
  })

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('have user and password of %s', (mechanism) => {
    const sasl = { mechanism, username: 'user', password: 'secret' }

    expect(settingsOf({ sasl }).sasl).toEqual(sasl)
  })

  it('request a new token for each connection with OAUTHBEARER', async () => {
    let tokens = 0
    const respond = async () => Response.json({ access_token: `token ${++tokens}` })
    vi.stubGlobal('fetch', respond)
    const tokenEndpoint = 'https://login.example.com/token'
    const sasl = { mechanism: 'oauthbearer', tokenEndpoint, clientId: 'id', clientSecret: 'secret' } as const

    const options = settingsOf({ sasl }).sasl

    if (options?.mechanism !== 'oauthbearer') throw new Error('another mechanism')
    if (!('oauthBearerProvider' in options)) throw new Error('no provider of tokens')
    expect([await options.oauthBearerProvider(), await options.oauthBearerProvider()]).toEqual([
      { value: 'token 1' },
      { value: 'token 2' },
    ])
  })

  it('begin with another broker for each session', () => {
    const brokers = ['one:1', 'two:2', 'three:3']

    expect([0, 1, 2, 3].map((session) => settingsOf({ brokers }, session).brokers)).toEqual([
      ['one:1', 'two:2', 'three:3'],
      ['two:2', 'three:3', 'one:1'],
      ['three:3', 'one:1', 'two:2'],
      ['one:1', 'two:2', 'three:3'],
    ])
  })

  it('give a response more time than a broker may hold a fetch back', () => {
    const fetchMaxWaitMs = 60_000
    const { requestTimeout } = clientSettings(aKafkaMapping(), { ...KAFKA_POLLER_DEFAULTS, fetchMaxWaitMs })

    expect(requestTimeout).toBeGreaterThan(fetchMaxWaitMs)
  })
})

import { NETWORK_FAULT_KINDS } from '@ecommerce/testing/network-proxy-fault'
import { describe, expect, it } from 'vitest'
import { SERVER_NAMES } from '../../tools/local/server'
import { CATALOGUE } from './catalogue'
import { selectFaults } from './select-faults'

const ids = CATALOGUE.map(({ id }) => id)

describe('the catalogue', () => {
  it('names each fault once, after its target', () => {
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id, target } of CATALOGUE) expect(id).toMatch(new RegExp(`^${target}:[a-z-]+$`))
  })

  it.each(SERVER_NAMES)('has each fault of the network, a freeze, a crash and a full disk for %s', (server) => {
    for (const kind of [...NETWORK_FAULT_KINDS, 'freeze', 'kill', 'disk-full'])
      expect(ids).toContain(`${server}:${kind}`)
  })
})

describe('a selection', () => {
  const select = (...patterns: string[]) => selectFaults(CATALOGUE, patterns)

  it('keeps the order of the catalogue, whatever the order of the patterns', () => {
    expect(select('rabbitmq:kill', 'mysql:kill').faults.map(({ id }) => id)).toEqual(['mysql:kill', 'rabbitmq:kill'])
  })

  it('matches any characters with a star, and nothing else by chance', () => {
    expect(select('*').faults).toHaveLength(CATALOGUE.length)
    expect(select('*:freeze').faults.map(({ target }) => target)).toEqual(['mysql', 'kafka', 'rabbitmq', 'shop'])
    expect(select('mysql:partition').faults).toHaveLength(1)
    expect(select('mysql.partition', 'mysql')).toEqual({ faults: [], unmatched: ['mysql.partition', 'mysql'] })
  })
})

import { describe, expect, it } from 'vitest'
import { HostNames } from './host-names'

const hosts = new HostNames(['Shop.example', '192.0.2.7'])
hosts.add('::')
const check = (host: string, localAddress?: string) => hosts.check(host, localAddress)

describe('a Host header', () => {
  it.each([
    'localhost',
    'LOCALHOST:80',
    'localhost.',
    '127.0.0.1:1',
    '[::1]',
    '[::1]:443',
    'shop.example',
    'SHOP.EXAMPLE.:8080',
    '192.0.2.7',
  ])('is allowed with a name of this server: %s', (host) => {
    expect([check(host), check(host)]).toEqual(['allowed', 'allowed'])
  })

  it.each([
    'other.example',
    'shop.example.other.example',
    'localhost.other',
    '192.0.2.8',
    '[::2]',
    '127.1',
    '0x7f.1',
    '%6cocalhost',
  ])('is foreign with another name: %s', (host) => {
    expect(check(host)).toBe('foreign')
  })

  it.each([
    '',
    ' ',
    'a b',
    '[::1',
    '::1',
    '[1::2::3]',
    'a:b',
    'a:65536',
    'a:1:2',
    'a@b',
    'a/b',
    'a\u00e9',
    '[127.0.0.1]',
    '[fe80::1%25eth0]',
  ])('is malformed when it is not an authority: %j', (host) => {
    expect(check(host)).toBe('malformed')
  })

  it('is allowed with the address at which the connection arrived', () => {
    expect(check('192.0.2.9:80', '192.0.2.9')).toBe('allowed')
    expect(check('192.0.2.9', '::ffff:192.0.2.9')).toBe('allowed')
    expect(check('[2001:db8::1]:80', '2001:db8::1')).toBe('allowed')
    expect(check('192.0.2.9', '192.0.2.10')).toBe('foreign')
    expect(check('192.0.2.9')).toBe('foreign')
  })

  it('is allowed with any name where * is configured, but not when it is malformed', () => {
    const all = new HostNames(['*'])

    expect(all.check('other.example', undefined)).toBe('allowed')
    expect(all.check('a b', undefined)).toBe('malformed')
  })
})

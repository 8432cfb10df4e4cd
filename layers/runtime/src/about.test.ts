import { describe, expect, it } from 'vitest'
import { type DescribableDependency, describeService } from './about'

const SERVICE = { service: 'shop', version: '1.2.3', home: 'serverless-offline', access: 'open' } as const

const mysql: DescribableDependency = {
  name: 'mysql',
  channel: 'all',
  describe: async () => ({ version: '8.4.0', durability: { sync_binlog: '1', log_bin: '1' } }),
}

function kafka(tell: DescribableDependency['describe']): DescribableDependency {
  return { name: 'kafka', channel: 'kafka', describe: tell }
}

describe('the description of the service', () => {
  it('names itself, its home, and the machine', async () => {
    expect(await describeService(SERVICE, [], 1_000)).toEqual({
      ...SERVICE,
      node: process.version,
      cpus: expect.any(Number),
      dependencies: [],
      durability: [],
    })
  })

  it('reports versions and durability as the servers do, in the order of the dependencies', async () => {
    const untold = kafka(async () => ({ durability: { acks: 'all' } }))

    expect(await describeService(SERVICE, [mysql, untold], 1_000)).toMatchObject({
      dependencies: [
        { name: 'mysql', status: 'up', version: '8.4.0' },
        { name: 'kafka', status: 'up', version: undefined },
      ],
      durability: [
        { channel: 'all', name: 'sync_binlog', value: '1' },
        { channel: 'all', name: 'log_bin', value: '1' },
        { channel: 'kafka', name: 'acks', value: 'all' },
      ],
    })
  })

  it.each([
    { what: 'refuses', tell: () => Promise.reject(new Error('refused')), reason: 'refused' },
    { what: 'hangs', tell: () => new Promise<never>(() => undefined), reason: 'no response within 20 ms' },
  ])('reports a server that $what as down, without a version, and continues', async ({ tell, reason }) => {
    const { dependencies, durability } = await describeService(SERVICE, [kafka(tell), mysql], 20)

    expect(dependencies).toEqual([
      { name: 'kafka', status: 'down', reason },
      { name: 'mysql', status: 'up', version: '8.4.0' },
    ])
    expect(durability.map(({ channel }) => channel)).toEqual(['all', 'all'])
  })
})

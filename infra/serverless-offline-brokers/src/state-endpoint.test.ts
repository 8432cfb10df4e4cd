import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { afterEach, expect, it } from 'vitest'
import type { MappingState } from './event-source-mapping'
import { openStateEndpoint, PortTakenError, type StateEndpoint } from './state-endpoint'

const STATE: MappingState = {
  name: 'on-order:kafka:orders',
  functionKey: 'on-order',
  status: 'running',
  inFlightBatches: 1,
  inFlightRecords: 2,
  batches: 3,
  records: 4,
  filteredRecords: 5,
  failures: 6,
  retries: 7,
  discardedRecords: 8,
  lag: { 'orders-0': 9 },
}

let endpoint: StateEndpoint | undefined

afterEach(async () => {
  await endpoint?.close()
  endpoint = undefined
})

async function open(readState: () => readonly MappingState[] = () => [STATE]): Promise<StateEndpoint> {
  endpoint = await openStateEndpoint(0, readState)
  return endpoint
}

function ask(
  url: string,
  method = 'GET',
): Promise<{ status: number | undefined; type: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString()
      resolve({ status: response.statusCode, type: response.headers['content-type'], body })
    })
    sent.on('error', reject).end()
  })
}

it('tells the state of every mapping, as it is now', async () => {
  let batches = 0
  const { url } = await open(() => [{ ...STATE, batches: ++batches }])

  await ask(`${url}/`)
  const { status, type, body } = await ask(`${url}/`)

  expect({ status, type }).toEqual({ status: 200, type: 'application/json' })
  expect(JSON.parse(body)).toEqual({ mappings: [{ ...STATE, batches: 2 }] })
})

it('has nothing else to tell, and takes nothing', async () => {
  const { url } = await open()

  expect(await ask(`${url}/mappings`)).toMatchObject({ status: 404 })
  expect(await ask(`${url}/`, 'POST')).toMatchObject({ status: 405 })
})

it('answers on the loopback address only', async () => {
  const { url } = await open()
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, address }) => family === 'IPv4' && !address.startsWith('127.0.0.1'))

  expect(new URL(url).hostname).toBe('127.0.0.1')
  for (const { address } of others) await expect(ask(url.replace('127.0.0.1', address))).rejects.toThrow('ECONNREFUSED')
})

it('says so when its port is taken', async () => {
  const { url } = await open()

  await expect(openStateEndpoint(Number(new URL(url).port), () => [])).rejects.toThrow(PortTakenError)
})

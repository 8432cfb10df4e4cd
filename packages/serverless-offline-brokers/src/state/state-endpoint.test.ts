import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { afterEach, expect, it } from 'vitest'
import type { MappingState } from '../event-source-mapping'
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

function send(
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

it('the state endpoint shows the current state of every mapping', async () => {
  let batches = 0
  const { url } = await open(() => [{ ...STATE, batches: ++batches }])

  await send(`${url}/`)
  const { status, type, body } = await send(`${url}/`)

  expect({ status, type }).toEqual({ status: 200, type: 'application/json' })
  expect(JSON.parse(body)).toEqual({ mappings: [{ ...STATE, batches: 2 }] })
})

it('the state endpoint shows the same to Prometheus', async () => {
  const quoted: MappingState = { ...STATE, name: 'a "quoted" \\ name', lag: undefined, queueDepth: 3 }
  const { url } = await open(() => [STATE, quoted])

  const { status, type, body } = await send(`${url}/metrics`)

  expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' })
  const lines = body.split('\n')
  const first = 'mapping="on-order:kafka:orders",function="on-order"'
  const second = 'mapping="a \\"quoted\\" \\\\ name",function="on-order"'
  expect(lines).toEqual(
    expect.arrayContaining([
      '# TYPE event_source_batches_total counter',
      `event_source_batches_total{${first}} 3`,
      `event_source_batches_total{${second}} 3`,
      `event_source_records_total{${first}} 4`,
      `event_source_filtered_records_total{${first}} 5`,
      `event_source_failures_total{${first}} 6`,
      `event_source_retries_total{${first}} 7`,
      `event_source_discarded_records_total{${first}} 8`,
      '# TYPE event_source_in_flight_batches gauge',
      `event_source_in_flight_batches{${first}} 1`,
      `event_source_in_flight_records{${first}} 2`,
      `event_source_status{${first},status="running"} 1`,
      `event_source_status{${first},status="reconnecting"} 0`,
      `event_source_lag{${first},partition="orders-0"} 9`,
      `event_source_queue_messages{${second}} 3`,
    ]),
  )
  expect(lines.filter((line) => line.startsWith('event_source_lag{'))).toHaveLength(1)
  expect(lines.filter((line) => line.startsWith('event_source_queue_messages{'))).toHaveLength(1)
})

it('the state endpoint refuses other paths and methods', async () => {
  const { url } = await open()

  expect(await send(`${url}/mappings`)).toMatchObject({ status: 404 })
  expect(await send(`${url}/`, 'POST')).toMatchObject({ status: 405 })
})

it('the state endpoint listens on the loopback address only', async () => {
  const { url } = await open()
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, address }) => family === 'IPv4' && !address.startsWith('127.0.0.1'))

  expect(new URL(url).hostname).toBe('127.0.0.1')
  for (const { address } of others)
    await expect(send(url.replace('127.0.0.1', address))).rejects.toThrow('ECONNREFUSED')
})

it('the state endpoint fails with its own error when its port is in use', async () => {
  const { url } = await open()

  await expect(openStateEndpoint(Number(new URL(url).port), () => [])).rejects.toThrow(PortTakenError)
})

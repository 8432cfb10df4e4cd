import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '@ecommerce/runtime/config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConsumerGroup } from './consumer-group'
import type { ServerProcess } from './server-process'
import { bodyOf, type Order, ShopClient, uniqueWord } from './shop-client'
import { asEdition, SourceCopy, untilEdition } from './source-copy'

const HEALTH = 'functions/operations/get-health.ts'
const SOON = { timeout: 20_000, interval: 20 }

let copy: SourceCopy
let server: ServerProcess
let client: ShopClient
let health: string

beforeAll(async () => {
  copy = await SourceCopy.create()
  health = await copy.read(HEALTH)
  server = await copy.start('dev')
  client = new ShopClient(server.url)
})

afterAll(async () => {
  await client?.close()
  await server?.stop('SIGINT')
  await copy?.remove()
})

/** Sends one request after another until the work is done. @returns the status of each response */
async function statusesDuring(work: Promise<unknown>): Promise<number[]> {
  const statuses: number[] = []
  let isDone = false
  void work.finally(() => {
    isDone = true
  })
  while (!isDone) statuses.push((await client.get('/health')).status)
  await work
  return statuses
}

describe('the shop under npm run dev', () => {
  it('serves a saved handler, without a failed request', async () => {
    await copy.write(HEALTH, asEdition(health, { name: 'first' }))
    const statuses = await statusesDuring(untilEdition(server, '/health', 'first', 20_000))

    expect(statuses.filter((status) => status !== 200)).toEqual([])
    expect(server.log).toMatch(/\[dev\] reloaded in \d+ ms: functions\/operations\/get-health\.ts\n/)
  })

  it('finishes a request on the code that it began on', async () => {
    await copy.write(HEALTH, asEdition(health, { name: 'slow', delayMs: 3_000 }))
    await untilEdition(server, '/health', 'slow', 20_000)
    const before = client.get('/health')
    await copy.write(HEALTH, asEdition(health, { name: 'quick' }))
    await untilEdition(server, '/health', 'quick', 20_000)

    expect((await before).headers['x-edition']).toBe('slow')
  })

  it('shows a compile error and serves the old code until the error is fixed', async () => {
    await copy.write(HEALTH, `${asEdition(health, { name: 'fixed' })}\nconst = 1\n`)
    const line = asEdition(health, { name: 'fixed' }).split('\n').length + 1
    await expect.poll(() => server.log, SOON).toContain(`${HEALTH}:${line}:7: Expected identifier but found "="`)
    expect((await client.get('/health')).headers['x-edition']).toBe('quick')

    await copy.write(HEALTH, asEdition(health, { name: 'fixed' }))
    await untilEdition(server, '/health', 'fixed', 20_000)
  })

  it('serves the old code when the new code cannot be loaded, and names the line', async () => {
    await copy.write(HEALTH, `${health}\nthrow new Error('cannot be loaded')\n`)
    const line = health.split('\n').length + 1

    await expect.poll(() => server.log, SOON).toContain('Error: cannot be loaded')
    expect(server.log).toContain('not reloaded, the old code still serves:\nError: cannot be loaded')
    expect(server.log).toContain(`${HEALTH}:${line}:`)
    expect((await client.get('/health')).headers['x-edition']).toBe('fixed')
    await copy.write(HEALTH, asEdition(health, { name: 'good' }))
    await untilEdition(server, '/health', 'good', 20_000)
  })

  it('shows a changed contract in /openapi.json', async () => {
    const contract = 'functions/products/contract.ts'
    await copy.write(contract, (await copy.read(contract)).replace("summary: '", "summary: 'Second edition: "))

    await expect
      .poll(async () => JSON.stringify((await client.get('/openapi.json')).body), SOON)
      .toContain('Second edition')
  })

  it('loads a changed layer', async () => {
    const index = 'layers/domain/src/index.ts'
    await copy.write(index, `${await copy.read(index)}\nconsole.log('the second edition of the domain')\n`)

    await expect.poll(() => server.log, SOON).toContain('\nthe second edition of the domain\n')
  })

  it('runs consumers on the saved code while they keep their membership in the group', async () => {
    const config = readConfig()
    const group = new ConsumerGroup(config.KAFKA_BROKERS, config.KAFKA_GROUP_ID)
    const consumer = 'functions/orders/on-order-placed-kafka.ts'
    const { id: productId } = await client.createProduct({ stock: 10 })
    const orderIsConfirmed = async () => {
      const order = { user_id: uniqueWord(), product_id: productId, quantity: 1 }
      const { id } = bodyOf<Order>(await client.post('/orders/async/kafka', order), 202)
      await expect.poll(async () => (await client.getOrder(id)).status, SOON).toBe('confirmed')
    }
    await orderIsConfirmed()
    const before = await group.assignments(config.KAFKA_TOPIC)

    await copy.write(consumer, asEdition(await copy.read(consumer), { name: 'consumer' }))
    await expect
      .poll(() => server.log, SOON)
      .toMatch(/reloaded in \d+ ms: functions\/orders\/on-order-placed-kafka\.ts/)
    await orderIsConfirmed()

    expect(server.log).toContain('invoked: consumer')
    expect(await group.assignments(config.KAFKA_TOPIC)).toEqual(before)
    await group.close()
  })

  it('has closed and removed the old code', async () => {
    const generations = async () =>
      (await readdir(join(copy.folder, '.local', 'dev', String(server.port)))).filter(Number)

    await expect.poll(async () => (await generations()).length, SOON).toBe(1)
  })

  it('says when a change needs a restart', async () => {
    const functions = 'functions/orders/functions.yml'
    await copy.write(functions, `${await copy.read(functions)}\n`)

    await expect
      .poll(() => server.log, SOON)
      .toContain(`${functions} is read only at start. To apply it: Ctrl-C, then npm run dev`)
  })
})

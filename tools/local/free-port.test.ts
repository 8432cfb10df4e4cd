import { createServer, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { anyFreePort, findFreePort, isPortFree } from './free-port'

let server: Server | undefined
afterEach(() => server?.close())

function listen(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server = createServer().once('error', reject).listen(port, host, resolve)
  })
}

it.each(['127.0.0.1', '0.0.0.0'])('a port is taken while a program listens on %s', async (host) => {
  const port = await anyFreePort()
  expect(await isPortFree(port)).toBe(true)

  await listen(port, host)

  expect(await isPortFree(port)).toBe(false)
})

it('the next free port is neither taken nor reserved', async () => {
  const isFree = async (port: number) => port !== 5000

  expect(await findFreePort(5000, new Set([5001]), isFree)).toBe(5002)
})

it('the search fails when no port is left', async () => {
  await expect(findFreePort(65_535, new Set(), async () => false)).rejects.toThrow('no free port')
})

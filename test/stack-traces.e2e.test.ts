import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { anyFreePort } from '../tools/local/free-port'
import { startOfflineServer } from './offline-server'
import { ServerProcess } from './server-process'
import { SourceCopy } from './source-copy'

const HEALTH = 'functions/operations/get-health.ts'
const ALIVE_PATH = '/openapi.json'
const DEFECT = `export const handler = http(getHealth, () => {
  throw new Error('a defect')
})
`

const servers = new Map<string, ServerProcess>()
let copy: SourceCopy
let line: number

/** Serves what serverless-offline has built. */
async function startHost(folder: string): Promise<ServerProcess> {
  const port = await anyFreePort()
  return ServerProcess.start({
    name: 'the function host',
    command: process.execPath,
    args: [join('dist', 'function-host'), '--functions', 'operations', '--port', String(port)],
    cwd: folder,
    port,
    alivePath: ALIVE_PATH,
    environment: {},
  })
}

beforeAll(async () => {
  copy = await SourceCopy.create()
  const source = await copy.read(HEALTH)
  const head = source.slice(0, source.indexOf('export const handler'))
  await copy.write(HEALTH, head + DEFECT)
  line = head.split('\n').length + 1
  servers.set(
    'serverless-offline',
    await startOfflineServer({}, undefined, { cwd: copy.folder, alivePath: ALIVE_PATH }),
  )
  servers.set('the function host', await startHost(copy.folder))
})

afterAll(async () => {
  for (const server of servers.values()) await server.stop()
  await copy?.remove()
})

it.each(['serverless-offline', 'the function host'])(
  '%s logs an unexpected error with the line in its source',
  async (home) => {
    const server = servers.get(home)
    const response = await fetch(`${server?.url}/health`)

    expect(response.status).toBe(500)
    const stackOf = (text: string) => (text.startsWith('{') ? JSON.parse(text).err?.stack : undefined)
    const stacks = () => server?.log.split('\n').map(stackOf).filter(Boolean)
    await expect
      .poll(stacks)
      .toEqual([
        expect.stringMatching(new RegExp(`^Error: a defect\\n +at .*${HEALTH.replaceAll('.', '\\.')}:${line}:9`)),
      ])
  },
)

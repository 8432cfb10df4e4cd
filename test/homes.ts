import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { readManifest } from '../packages/build/src/manifest.mjs'
import { startHostServer } from './host-server'
import { startOfflineServer } from './offline-server'
import type { ServerProcess } from './server-process'

const ECHO_SERVICE = join(import.meta.dirname, 'echo-service')

/** The same functions in two homes. */
export interface Homes {
  readonly offline: ServerProcess
  readonly host: ServerProcess
}

/** Starts the echo service of this folder in both homes. */
export async function startEchoHomes(): Promise<Homes> {
  const [offline, host] = await Promise.all([
    startOfflineServer({}, undefined, { cwd: ECHO_SERVICE, alivePath: '/echo' }),
    startEchoHost(),
  ])
  return { offline, host }
}

export async function startEchoHost(environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const manifest = join(ECHO_SERVICE, 'dist', 'manifest.json')
  await mkdir(join(ECHO_SERVICE, 'dist'), { recursive: true })
  await writeFile(manifest, JSON.stringify(await readManifest(ECHO_SERVICE)))
  return startHostServer(environment, { args: ['--manifest', manifest], alivePath: '/echo' })
}

export interface HomeRequest {
  readonly method?: string
  readonly path: string
  /** Names and values in turn, exactly as sent. */
  readonly headers?: readonly string[]
  readonly body?: string | Buffer
}

export interface HomeResponse {
  readonly status: number
  /** All values of each header, by its lower-case name. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly body: Buffer
}

/** Sends the request exactly as given: no client library changes the path or adds headers. */
export function sendTo(
  { port }: ServerProcess,
  { method = 'GET', path, headers = [], body }: HomeRequest,
): Promise<HomeResponse> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))]
    const all = ['host', `localhost:${port}`, 'connection', 'close', ...headers, ...length]
    const outgoing = request({ port, method, path, headers: all, setHost: false, agent: false }, async (incoming) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk)
      const distinct = Object.entries(incoming.headersDistinct).map(([name, values]) => [name, values ?? []])
      resolve({ status: incoming.statusCode ?? 0, headers: Object.fromEntries(distinct), body: Buffer.concat(chunks) })
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

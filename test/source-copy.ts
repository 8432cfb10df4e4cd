import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { anyFreePort } from '../tools/local/free-port'
import { ServerProcess } from './server-process'

const ROOT = join(import.meta.dirname, '..')
const COPIED = ['functions', 'layers', 'packages', 'infra', 'tools', 'serverless.yml', 'package.json', 'tsconfig.json']

/** A copy of the sources in a temporary folder, to be edited while it runs. It shares the `node_modules`. */
export class SourceCopy {
  private constructor(readonly folder: string) {}

  static async create(): Promise<SourceCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'shop-'))
    const filter = (path: string) => !/[\\/](node_modules|dist)$/.test(path)
    await Promise.all(COPIED.map((name) => cp(join(ROOT, name), join(folder, name), { recursive: true, filter })))
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir')
    return new SourceCopy(folder)
  }

  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8')
  }

  async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.folder, file), text)
  }

  /** `npm run dev` or `npm start` in this copy, with the servers that the environment names. */
  async start(command: 'dev' | 'start', environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const port = await anyFreePort()
    return ServerProcess.start({
      name: command,
      command: process.execPath,
      args: ['--import', 'tsx', join('tools', command === 'dev' ? 'dev/dev.ts' : 'local/start.ts')],
      cwd: this.folder,
      port,
      alivePath: '/health',
      environment: { ...environment, HTTP_PORT: String(port) },
    })
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

export interface Edition {
  readonly name: string
  /** How long it delays its response. */
  readonly delayMs?: number
}

/** The source of a function whose responses carry `x-edition`, and whose invocations are logged. */
export function asEdition(source: string, { name, delayMs = 0 }: Edition): string {
  if (!source.includes('export const handler =')) throw new Error('this is not the source of a function')
  return `${source.replace('export const handler =', 'const original =')}
export const handler = async (event: never, context: never) => {
  console.log('invoked: ${name}')
  await new Promise((resolve) => setTimeout(resolve, ${delayMs}))
  const result: any = await original(event, context)
  return result?.headers ? { ...result, headers: { ...result.headers, 'x-edition': '${name}' } } : result
}
`
}

/** Polls until the server responds with the edition. @throws after the timeout */
export async function untilEdition(
  server: ServerProcess,
  path: string,
  name: string,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    const response = await fetch(server.url + path)
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`${path} responded with ${response.status}`)
    if (response.headers.get('x-edition') === name) return
    await delay(5)
  }
  throw new Error(`${path} is not ${name} after ${timeoutMs} ms; the end of the log:\n${server.log.slice(-3_000)}`)
}
